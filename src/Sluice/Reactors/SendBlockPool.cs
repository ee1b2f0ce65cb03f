using System.Numerics;
using Sluice.Memory;

namespace Sluice.Reactors;

/// <summary>
/// The send blocks of one reactor, in two sizes: small ones for what usually leaves at once, large
/// ones for writers that go on. Last in, first out, so that warm memory is used again. Safe for
/// use by several threads.
/// </summary>
/// <remarks>
/// <code>
///   writer --Rent--> shelf, inside the gate --if empty--> heap, inside the lock
///   sender --Return--> shelf             --Trim--> heap, over its return stack
/// </code>
/// The heap is this pool's and no thread's: whoever finds a shelf empty takes the lock, for that
/// may ask the system for memory, which nobody is to spin for. Vectors go home without it. Requests
/// above the large size get a vector each; those above the longest vector get memory of their own,
/// since a writer was promised one piece.
/// </remarks>
internal sealed class SendBlockPool : IDisposable
{
    public const int SmallSize = 4096;
    public const int LargeSize = 32 * 1024;

    private readonly Lock _growing = new();
    private readonly IoHeap _heap;
    private readonly int _bytesKept;
    private SpinGate _gate;
    private SendBlock? _small;
    private SendBlock? _large;
    private bool _isDisposed;

    // Bytes of the heap that are rented, and the most that were since the last trim.
    private long _rented;
    private long _rentedMost;

    // Vectors that are out of the heap, on the shelves or rented.
    private long _vectors;

    /// <param name="options">Of the pool's heap.</param>
    /// <param name="bytesKept">What stays mapped once it was needed.</param>
    public SendBlockPool(IoHeapOptions options, int bytesKept)
    {
        _heap = new IoHeap(options);
        _heap.Unbind();
        _bytesKept = bytesKept;
    }

    /// <summary>What the heap has mapped.</summary>
    public long MappedBytes => _heap.MappedBytes;

    /// <summary>The heap's slabs.</summary>
    public int SlabCount => _heap.Slabs.Count;

    /// <summary>Vectors that are rented or on the shelves.</summary>
    public long VectorCount => Volatile.Read(ref _vectors);

    /// <summary>Whether there may be more memory than is always kept.</summary>
    public bool IsTrimmable => MappedBytes > _bytesKept;

    /// <summary>A block with at least that capacity.</summary>
    public SendBlock Rent(int capacity)
    {
        if (capacity > IoHeap.VectorLengthMax)
            return new SendBlock(capacity);

        int size = SizeFor(capacity);
        using (_gate.Enter())
        {
            _rented += size;
            if (_rented > _rentedMost)
                _rentedMost = _rented;
            if (size <= LargeSize)
            {
                ref SendBlock? top = ref ShelfOf(size);
                if (top is { } block)
                {
                    top = block.Next;
                    block.Next = null;
                    return block;
                }
            }
        }

        return Allocate(size);
    }

    public void Return(SendBlock block)
    {
        block.Written = 0;
        block.Next = null;
        if (block.IsOfHeap)
        {
            using (_gate.Enter())
            {
                _rented -= block.Capacity;
                if (!_isDisposed && block.Capacity <= LargeSize)
                {
                    ref SendBlock? top = ref ShelfOf(block.Capacity);
                    block.Next = top;
                    top = block;
                    return;
                }
            }
        }

        Free(block);
    }

    /// <summary>
    /// Gives memory back if half of it was not needed since the last call. The shelves are cleared
    /// for that: the free blocks on them would hold slabs, and what is needed is soon there again.
    /// </summary>
    public void Trim()
    {
        bool isNeeded;
        SendBlock? small = null;
        SendBlock? large = null;
        using (_gate.Enter())
        {
            isNeeded = _rentedMost > MappedBytes / 2;
            _rentedMost = _rented;
            if (!isNeeded)
                TakeShelves(out small, out large);
        }

        if (isNeeded)
            return;

        FreeAll(small);
        FreeAll(large);
        lock (_growing)
            _ = _heap.TrimUnowned(_bytesKept);
    }

    /// <summary>
    /// Gives the heap's memory back. What is rented stays valid and goes as it is returned.
    /// </summary>
    public void Dispose()
    {
        SendBlock? small;
        SendBlock? large;
        using (_gate.Enter())
        {
            _isDisposed = true;
            TakeShelves(out small, out large);
        }

        FreeAll(small);
        FreeAll(large);
        lock (_growing)
            _heap.Dispose();
    }

    private static int SizeFor(int capacity)
    {
        if (capacity <= SmallSize)
            return SmallSize;
        return capacity <= LargeSize ? LargeSize : (int)BitOperations.RoundUpToPowerOf2(
            (uint)capacity);
    }

    private ref SendBlock? ShelfOf(int size) => ref size == SmallSize ? ref _small : ref _large;

    private void TakeShelves(out SendBlock? small, out SendBlock? large)
    {
        (small, large) = (_small, _large);
        _small = _large = null;
    }

    private void FreeAll(SendBlock? top)
    {
        while (top is { } block)
        {
            top = block.Next;
            Free(block);
        }
    }

    private void Free(SendBlock block)
    {
        if (block.IsOfHeap)
            Interlocked.Decrement(ref _vectors);
        block.Free();
    }

    private SendBlock Allocate(int size)
    {
        lock (_growing)
        {
            // A writer may go on for a while after the reactor's end.
            if (!Volatile.Read(ref _isDisposed)
                && _heap.TryAllocateUnowned(size, IoVectorSharing.Shared, out IoVector vector))
            {
                Interlocked.Increment(ref _vectors);
                return new SendBlock(ref vector);
            }
        }

        using (_gate.Enter())
            _rented -= size;
        return new SendBlock(size);
    }
}
