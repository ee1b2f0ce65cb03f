using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Places for the idle memory of a shelf.</summary>
/// <remarks>
/// A piece of memory has a place of its own. The place refers to it while it is idle, and not
/// while it is rented: a rental that is lost is found by the garbage collector. Who may write a
/// place:
/// <code>
///   memory -> null   who takes: the shelf's thread, or whoever has blocked the shelf
///   null -> memory   who ended the last use, on any thread: PooledMemory.OnUnused
/// </code>
/// Each of the two has one writer at a time, and they take turns; so plain stores do. A store of
/// memory is a release and its load an acquire. Whose a place is changes only in the hands of
/// those who have its memory: the shelf's thread reserves it, and it is vacant again when the
/// memory is moved or freed, by its finalizer too.
/// </remarks>
internal class PoolSegment
{
    /// <summary>Places in a segment.</summary>
    public const int Places = 64;

    private readonly PooledMemory?[] _references = new PooledMemory?[Places];
    private int _hint;
    private long _reserved;

    /// <summary>Takes what came back last, if it is there still.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PooledMemory? TryTakeLast()
    {
        PooledMemory?[] references = _references;
        int hint = _hint;
        if ((uint)hint >= (uint)references.Length)
            return null;

        PooledMemory? memory = Volatile.Read(ref references[hint]);
        if (memory is not null)
            references[hint] = null;
        return memory;
    }

    /// <summary>Takes the memory of any place.</summary>
    public PooledMemory? TryTakeAny()
    {
        // References are only compared with null here, which the collector never moves.
        ref PooledMemory? first = ref MemoryMarshal.GetArrayDataReference(_references);
        Span<nint> bits = MemoryMarshal.CreateSpan(
            ref Unsafe.As<PooledMemory?, nint>(ref first), Places);
        int index = bits.IndexOfAnyExcept(0);
        if (index < 0)
            return null;

        PooledMemory? memory = Volatile.Read(ref _references[index]);
        _references[index] = null;
        return memory;
    }

    /// <summary>Makes room for one more.</summary>
    /// <returns>Its place, or -1 if there is none.</returns>
    public int TryReserve()
    {
        long reserved = Volatile.Read(ref _reserved);
        while (reserved != -1)
        {
            int index = (int)long.TrailingZeroCount(~reserved);
            long next = reserved | (1L << index);
            long seen = Interlocked.CompareExchange(ref _reserved, next, reserved);
            if (seen == reserved)
                return index;
            reserved = seen;
        }

        return -1;
    }

    /// <summary>The memory of a place can be taken from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(int index, PooledMemory memory)
    {
        // A volatile write by reference takes the slower of the collector's two write barriers.
        Volatile.WriteBarrier();
        _references[index] = memory;

        // A wrong hint costs a search and nothing else.
        _hint = index;
    }

    /// <summary>The place is without memory from now on. Any thread.</summary>
    public void Vacate(int index) => Interlocked.And(ref _reserved, ~(1L << index));

    /// <summary>How many places have memory, idle or rented.</summary>
    public int CountReserved() =>
        (int)long.PopCount(Volatile.Read(ref _reserved));

    /// <summary>How many places have idle memory.</summary>
    public int CountIdle()
    {
        int count = 0;
        foreach (PooledMemory? memory in _references)
        {
            if (memory is not null)
                count++;
        }

        return count;
    }
}
