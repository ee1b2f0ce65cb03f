using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>The memory of one class that one thread gives out.</summary>
/// <remarks>
/// Only the shelf's thread takes from it, so taking needs no atomic operation; returns come from
/// anywhere. Another thread that wants what is idle (the pool is disposed, or its bound reached)
/// blocks the shelf first, under the pool's lock:
/// <code>
///   the shelf's thread              the other
///   turn is odd                     blocked = true
///   (no fence)                      fence in every thread of the process
///   if (!blocked) take              wait until turn is even
///   turn is even                    take
/// </code>
/// The fence stands on the side that is rare. After it, either the thread's mark is seen here, or
/// this side's mark is seen there. The same holds for a return: it puts the memory back and then
/// looks at <see cref="IsClosed"/>; who closes the shelf sets that, fences, and then looks for
/// memory.
/// </remarks>
internal sealed class PoolShelf : PoolSegment
{
    // The shelf itself is the first one: a reference less to follow.
    private PoolSegment[] _segments;

    // Odd while the shelf's thread is about to take something.
    private long _turn;
    private bool _isBlocked;
    private bool _isClosed;

    public PoolShelf(int classBytes)
    {
        ClassBytes = classBytes;
        _segments = [this];
    }

    /// <summary>Bytes of each piece of memory.</summary>
    public int ClassBytes { get; }

    /// <summary>How often the shelf's thread wanted something.</summary>
    public long AskedCount => Volatile.Read(ref _turn) / 2;

    /// <summary>How often it got nothing. Only the shelf's thread counts.</summary>
    public long MissedCount { get; private set; }

    /// <summary>Pieces that were added. Only the shelf's thread counts.</summary>
    public long AddedCount { get; private set; }

    /// <summary>Rentals that found nothing here, and no room. Only the shelf's thread.</summary>
    public int RefusedCount { get; set; }

    /// <summary>Whether what comes back must be freed.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Whether a thread is about to take something.</summary>
    public bool IsBusy => (Volatile.Read(ref _turn) & 1) != 0;

    /// <summary>Segments, for whoever looks from outside.</summary>
    public ReadOnlySpan<PoolSegment> Segments => Volatile.Read(ref _segments);

    /// <summary>Takes idle memory. Only the shelf's thread.</summary>
    /// <returns>Null if there is none, or the shelf is blocked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PooledMemory? TryTake()
    {
        long turn = _turn;
        Volatile.Write(ref _turn, turn + 1);
        PooledMemory? memory = Volatile.Read(ref _isBlocked) ? null : TryTakeLast() ?? Search();
        Volatile.Write(ref _turn, turn + 2);
        if (memory is null)
            MissedCount++;
        return memory;
    }

    /// <summary>A place for one more piece, which is rented. Only the shelf's thread.</summary>
    public PoolSegment Reserve(out int index)
    {
        AddedCount++;
        foreach (PoolSegment segment in _segments)
        {
            index = segment.TryReserve();
            if (index >= 0)
                return segment;
        }

        var added = new PoolSegment();
        index = added.TryReserve();
        Volatile.Write(ref _segments, [.. _segments, added]);
        return added;
    }

    /// <summary>Undoes <see cref="Reserve"/>.</summary>
    public void GiveUp(PoolSegment segment, int index)
    {
        AddedCount--;
        segment.Vacate(index);
    }

    /// <summary>From the next fence on the shelf's thread takes nothing.</summary>
    public void Block() => Volatile.Write(ref _isBlocked, true);

    /// <summary>The shelf's thread may take again.</summary>
    public void Unblock() => Volatile.Write(ref _isBlocked, false);

    /// <summary>Blocks for good: what comes back is to be freed.</summary>
    public void Close()
    {
        Block();
        Volatile.Write(ref _isClosed, true);
    }

    /// <summary>Takes idle memory. Only whoever has blocked the shelf.</summary>
    public PooledMemory? TakeFromOutside() => Search();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PooledMemory? Search()
    {
        foreach (PoolSegment segment in _segments)
        {
            PooledMemory? memory = segment.TryTakeAny();
            if (memory is not null)
                return memory;
        }

        return null;
    }
}
