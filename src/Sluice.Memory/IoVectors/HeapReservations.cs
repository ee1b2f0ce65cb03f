using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>The second phase of a reservation: commit or abandon, all or nothing.</summary>
internal static unsafe class HeapReservations
{
    // On top of the reserved bit while one call looks at its vectors: the same one twice is seen.
    private const ulong Chosen = 1;

    public static int Commit(IoHeap heap, Span<IoVector> vectors)
    {
        Choose(heap, vectors);
        int kept = 0;
        for (int index = 0; index < vectors.Length; index++)
        {
            ref IoVector vector = ref vectors[index];
            if (vector.Length == 0)
            {
                Free(ref vector);
                continue;
            }

            Block* block = vector.Block;
            block->Word = (block->Word & ~(Reserved | CountMask)) | 1;
            if (kept != index)
            {
                vectors[kept] = vector;
                vector = default;
            }

            kept++;
        }

        return kept;
    }

    public static void Abandon(IoHeap heap, Span<IoVector> vectors)
    {
        Choose(heap, vectors);
        foreach (ref IoVector vector in vectors)
            Free(ref vector);
    }

    private static void Choose(IoHeap heap, Span<IoVector> vectors)
    {
        int chosen = 0;
        try
        {
            for (; chosen < vectors.Length; chosen++)
            {
                RequireReserved(heap, vectors[chosen]);
                vectors[chosen].Block->Word |= Chosen;
            }
        }
        finally
        {
            if (chosen < vectors.Length)
            {
                foreach (ref IoVector vector in vectors[..chosen])
                    vector.Block->Word &= ~Chosen;
            }
        }
    }

    private static void RequireReserved(IoHeap heap, in IoVector vector)
    {
        Block* block = vector.Block;
        ulong generation = vector.Generation & ~LowMask;
        if (block == null)
            Misuse.Throw(block, generation);

        ulong word = Volatile.Read(ref block->Word);
        if (((word ^ generation) & ~LowMask) != 0)
            Misuse.ThrowStale(block, generation, word);
        if (!heap.IsOwnOf(block))
            Misuse.ThrowForeignHeap(block, generation);
        if ((word & (Reserved | CountMask)) != Reserved)
            Misuse.ThrowNotReserved(block, generation);
    }

    private static void Free(ref IoVector vector)
    {
        Block* block = vector.Block;
        if (IoVectorTrace.IsEnabled)
            TracedVectors.Abandoned(vector);
        block->Word = Next(vector.Generation);
        BlockCounts<NoInterleaving>.Recycle(block);
        vector.Generation = 0;
    }
}
