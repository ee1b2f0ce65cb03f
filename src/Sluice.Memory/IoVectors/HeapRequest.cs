using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>One allocation or reservation, off the fast path.</summary>
internal readonly unsafe ref struct HeapRequest
{
    private readonly IoHeap _heap;
    private readonly int _alignment;
    private readonly ulong _lowBits;

    public HeapRequest(IoHeap heap, int alignment, IoVectorSharing sharing, bool isReserved)
        : this(heap, sharing)
    {
        if (alignment < 0 || (alignment & (alignment - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(alignment), alignment, "It is not a power of two.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(alignment, Environment.SystemPageSize);
        heap.RequireOwner();
        _alignment = alignment;
        if (isReserved)
            _lowBits = (_lowBits & Shared) | Reserved;
    }

    public HeapRequest(IoHeap heap, IoVectorSharing sharing)
    {
        if ((uint)sharing > (uint)IoVectorSharing.Shared)
            throw new ArgumentOutOfRangeException(nameof(sharing));

        _heap = heap;
        _lowBits = ((ulong)sharing << SharedShift) | 1;
    }

    /// <summary>All or nothing: as many vectors as the length needs, or 0.</summary>
    public int Fill(int length, Span<IoVector> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int needed = Math.Max(1, (int)(((uint)length + IoHeap.VectorLengthMax - 1)
            / IoHeap.VectorLengthMax));
        if (needed > destination.Length)
            return 0;

        int filled = 0;
        try
        {
            while (filled < needed)
            {
                int part = Math.Min(length, IoHeap.VectorLengthMax);
                if (!TryTake(part, out destination[filled]))
                    break;

                length -= part;
                filled++;
            }
        }
        finally
        {
            if (filled < needed)
                GiveBack(destination[..filled]);
        }

        return filled == needed ? needed : 0;
    }

    /// <summary>One vector of a length that fits a block; false at the limit.</summary>
    public bool TryTake(int length, out IoVector vector)
    {
        int size = Math.Max(Math.Max(length, _alignment), 1);
        Block* block = _heap.TakeBlock(SizeClasses.IndexOf(size));
        if (block == null)
        {
            vector = default;
            return false;
        }

        if (IoVectorTrace.IsEnabled)
            TraceRegistry.RequireUntouched(block);

        ulong generation = block->Word;
        block->Word = generation | _lowBits;
        IoVector.Set(out vector, block, generation, block->Home->Extent | (uint)length);
        if (IoVectorTrace.IsEnabled)
        {
            vector.Shift(IoVectorTrace.GuardShift(block->Home->BlockSize, length, _alignment));
            TracedVectors.Allocated(ref vector);
        }

        return true;
    }

    private void GiveBack(Span<IoVector> vectors)
    {
        if ((_lowBits & Reserved) != 0)
            HeapReservations.Abandon(_heap, vectors);
        else
            IoVector.ReleaseAll(vectors);
    }
}
