using System.Buffers;

namespace Sluice.Memory;

/// <summary>
/// A heap as a <see cref="MemoryPool{T}"/>, for Pipelines, Kestrel and whatever else takes one.
/// </summary>
/// <remarks>
/// Any thread may rent and dispose. Renting takes a lock; memory comes back without one, over the
/// heap's return stack. What is rented after the pool was disposed of throws; what was rented
/// before stays valid until it is disposed of itself.
/// </remarks>
public sealed class IoMemoryPool : MemoryPool<byte>
{
    private const int SizeDefault = 4096;

    private readonly Lock _gate = new();
    private readonly IoHeap _heap;

    /// <summary>Makes a pool over a heap of its own.</summary>
    /// <param name="options">Of the heap. Null means the defaults.</param>
    public IoMemoryPool(IoHeapOptions? options = null)
    {
        _heap = new IoHeap(options);
        _heap.Unbind();
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => IoHeap.VectorLengthMax;

    /// <summary>Memory of at least that size; more if the block has it.</summary>
    /// <param name="minBufferSize">At most <see cref="MaxBufferSize"/>; -1 means 4 KiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is.</exception>
    /// <exception cref="IoHeapExhaustedException">The heap has no memory left.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        int size = minBufferSize == -1 ? SizeDefault : minBufferSize;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)size, (uint)MaxBufferSize, nameof(minBufferSize));
        IoVector vector;
        lock (_gate)
        {
            if (!_heap.TryAllocateUnowned(size, IoVectorSharing.Shared, out vector))
                throw new IoHeapExhaustedException($"The pool has no {size} bytes left.");
        }

        vector.SetLength(vector.Capacity);
        return new IoMemoryOwner(vector);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
            _heap.Dispose();
    }
}
