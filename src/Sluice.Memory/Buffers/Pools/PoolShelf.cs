using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>The memory of one class that one thread gives out.</summary>
/// <remarks>
/// <para>
/// Only the shelf's thread takes from it, so taking needs no atomic operation; returns come from
/// anywhere. While all of them come from the shelf's thread, ending a rental needs none either:
/// the shelf is not <i>shared</i>. The thread knows that it is the one by
/// <see cref="StackSpot"/>.
/// </para>
/// <para>
/// Another thread that wants what is idle (the pool is disposed, or its bound reached) blocks the
/// shelf first, and one that ends or pins a rental shares it, for good; both under the pool's
/// lock:
/// <code>
///   the shelf's thread              the other
///   turn is odd, or ending = true   blocked = true, or shared = true
///   (no fence)                      fence in every thread of the process
///   if (!blocked) take              wait until turn is even
///   if (!shared) end                wait until ending is false
///   turn is even, or ending = false go on
/// </code>
/// The fence stands on the side that is rare. After it, either the thread's mark is seen here, or
/// this side's mark is seen there. The same holds for a return: it puts the memory back and then
/// looks at <see cref="IsClosed"/>; who closes the shelf sets that, fences, and then looks for
/// memory. Within an ending it need not look: a closed shelf is shared.
/// </para>
/// <para>
/// <b>Heirs.</b> When the thread has ended, two others may take themselves for it: the one with
/// its id, which inherits, and the one that got its stack. So an heir blocks and shares the shelf
/// for the first thread for good, and takes with a turn of its own.
/// </para>
/// </remarks>
internal sealed class PoolShelf : PoolSegment
{
    private readonly PoolThread _owner = PoolThread.Current;

    // Where the owner was on its stack when it last asked who it is.
    private nint _spot = StackSpot.Here;

    // The shelf itself is the first one: a reference less to follow.
    private PoolSegment[] _segments;

    // Idle memory that is in no place, because it is likely to be asked for next.
    private PooledMemory? _first;

    // Odd while the shelf's thread is about to take something.
    private long _turn;
    private long _heirTurn;
    private bool _isBlocked;
    private bool _isHeirBlocked;
    private bool _isInherited;

    // True while the shelf's thread ends a rental without an atomic operation.
    private bool _isEnding;
    private bool _isShared;
    private bool _isSharedAndLeft;
    private bool _isClosed;

    public PoolShelf(int classBytes)
    {
        ClassBytes = classBytes;
        _segments = [this];
    }

    /// <summary>Bytes of each piece of memory.</summary>
    public int ClassBytes { get; }

    /// <summary>How often the shelf's thread wanted something.</summary>
    public long AskedCount => (Volatile.Read(ref _turn) / 2) + (Volatile.Read(ref _heirTurn) / 2);

    /// <summary>How often it got nothing. Only the shelf's thread counts.</summary>
    public long MissedCount { get; private set; }

    /// <summary>Pieces that were added. Only the shelf's thread counts.</summary>
    public long AddedCount { get; private set; }

    /// <summary>Rentals that found nothing here, and no room. Only the shelf's thread.</summary>
    public int RefusedCount { get; set; }

    /// <summary>How often the shelf was not where it was looked for first.</summary>
    public int SoughtCount { get; set; }

    /// <summary>Whether what comes back must be freed.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Whether any thread may end and pin rentals, by atomic operations.</summary>
    public bool IsShared => Volatile.Read(ref _isSharedAndLeft);

    /// <summary>Whether another thread than the first takes from it.</summary>
    public bool IsInherited => Volatile.Read(ref _isInherited);

    /// <summary>Whether a thread is about to take something.</summary>
    public bool IsBusy =>
        ((Volatile.Read(ref _turn) | Volatile.Read(ref _heirTurn)) & 1) != 0;

    /// <summary>Whether a thread is about to end a rental without an atomic operation.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding);

    /// <summary>Whether this is the shelf's thread for sure; it may be that without.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNear(nint spot) => StackSpot.AreNear(_spot, spot);

    /// <summary>Whether this is the shelf's first thread; its spot is noted then.</summary>
    public bool TryMoveTo(nint spot)
    {
        if (PoolThread.Current != _owner)
            return false;

        _spot = spot;
        return true;
    }

    /// <summary>Takes idle memory. Only the shelf's first thread.</summary>
    /// <returns>Null if there is none, or the shelf is blocked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PooledMemory? TryTake()
    {
        long turn = _turn;
        Volatile.Write(ref _turn, turn + 1);
        if (!Volatile.Read(ref _isBlocked) && Volatile.Read(ref _first) is { } memory)
        {
            _first = null;
            Volatile.Write(ref _turn, turn + 2);
            return memory;
        }

        return TryTakeAny(turn);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PooledMemory? TryTakeAny(long turn)
    {
        PooledMemory? memory =
            Volatile.Read(ref _isBlocked) ? null : TryTakeLast() ?? Search();
        Volatile.Write(ref _turn, turn + 2);
        if (memory is null)
            MissedCount++;
        return memory;
    }

    /// <summary>Takes idle memory. Only the thread that has inherited the shelf.</summary>
    /// <returns>Null if there is none, or the shelf is blocked.</returns>
    public PooledMemory? TryTakeAsHeir()
    {
        long turn = _heirTurn;
        Volatile.Write(ref _heirTurn, turn + 1);
        PooledMemory? memory =
            Volatile.Read(ref _isHeirBlocked) ? null : TryTakeFirst() ?? TryTakeLast() ?? Search();
        Volatile.Write(ref _heirTurn, turn + 2);
        if (memory is null)
            MissedCount++;
        return memory;
    }

    /// <summary>
    /// From here to <see cref="LeaveEnding"/> only this thread writes the state words of the
    /// shelf's memory. Nothing between may throw or wait.
    /// </summary>
    /// <returns>False if it is not the shelf's thread for sure, or the shelf is shared.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnterEnding()
    {
        if (!IsNear(StackSpot.Here))
            return false;

        Volatile.Write(ref _isEnding, true);
        if (!Volatile.Read(ref _isShared))
            return true;

        LeaveEnding();
        return false;
    }

    /// <summary>The memory can be taken from now on. Only between the two.</summary>
    /// <returns>False if the one place before all others is taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPutFirst(PooledMemory memory)
    {
        if (_first is not null)
            return false;

        Volatile.WriteBarrier();
        _first = memory;
        return true;
    }

    /// <summary>Ends what <see cref="TryEnterEnding"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LeaveEnding() => Volatile.Write(ref _isEnding, false);

    /// <summary>Whether the shelf must be shared before this thread takes an atomic step.</summary>
    public bool MustBeShared() => !IsShared && PoolThread.Current != _owner;

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
    public void Block()
    {
        Volatile.Write(ref _isBlocked, true);
        Volatile.Write(ref _isHeirBlocked, true);
    }

    /// <summary>The shelf's thread may take again.</summary>
    public void Unblock()
    {
        Volatile.Write(ref _isBlocked, _isInherited);
        Volatile.Write(ref _isHeirBlocked, false);
    }

    /// <summary>From the next fence on its thread ends no more without atomic steps.</summary>
    public void BeginSharing() => Volatile.Write(ref _isShared, true);

    /// <summary>After the fence, and when nothing is ending any more.</summary>
    public void EndSharing() => Volatile.Write(ref _isSharedAndLeft, true);

    /// <summary>From the next fence on the first thread takes nothing, for good.</summary>
    public void BeginInheriting()
    {
        BeginSharing();
        Volatile.Write(ref _isBlocked, true);
    }

    /// <summary>After the fence, and when nothing is taken or ending any more.</summary>
    public void EndInheriting()
    {
        EndSharing();
        Volatile.Write(ref _isInherited, true);
    }

    /// <summary>Blocks and shares for good: what comes back is to be freed.</summary>
    public void Close()
    {
        Block();
        BeginSharing();
        Volatile.Write(ref _isClosed, true);
    }

    /// <summary>Takes idle memory. Only whoever has blocked the shelf.</summary>
    public PooledMemory? TakeFromOutside() => TryTakeFirst() ?? Search();

    /// <summary>How many pieces of memory are idle. Any thread.</summary>
    public int CountAllIdle()
    {
        int count = Volatile.Read(ref _first) is null ? 0 : 1;
        foreach (PoolSegment segment in Volatile.Read(ref _segments))
            count += segment.CountIdle();
        return count;
    }

    /// <summary>How many pieces there are, idle or rented. Any thread.</summary>
    public int CountAllReserved()
    {
        int count = 0;
        foreach (PoolSegment segment in Volatile.Read(ref _segments))
            count += segment.CountReserved();
        return count;
    }

    private PooledMemory? TryTakeFirst()
    {
        PooledMemory? memory = Volatile.Read(ref _first);
        if (memory is not null)
            _first = null;
        return memory;
    }

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
