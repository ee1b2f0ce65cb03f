using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// The way home for blocks whose last reference was released on another thread: a stack of
/// batches that any thread pushes to and the owner takes as a whole.
/// </summary>
/// <remarks>
/// <code>
///  head ──▶ ┌────────┐ ReturnNext  ┌────────┐
///           │ header │────────────▶│ header │──▶ null
///           └───┬────┘             └────────┘
///               │ Data     ReturnCount = 3      ReturnCount = 0
///               ▼
///           ┌──────┬──────┬──────┬─── the first block's own memory, free by now,
///           │  ▪   │  ▪   │  ▪   │    lists the headers of the others
///           └──────┴──────┴──────┴───
/// </code>
/// Should the owner have released the same reference as the thread that made the list, at the same
/// time, then the memory is in use again and the list may be overwritten. An entry says twice
/// which header it means, and one that is none is not followed.
/// <para>
/// Listing them side by side lets the owner fetch many headers from the other core at once; a
/// linked list would wait for one after the other. Taking everything at once leaves no room for
/// the ABA problem. The compare-exchange and the exchange are full fences: what a thread wrote
/// to a block happens before the owner hands it out again.
/// </para>
/// </remarks>
internal sealed unsafe class ReturnStack
{
    private const int EntriesPerLine = 4;

    private PaddedHead _padded;

    public bool IsEmpty => Volatile.Read(ref _padded.Head) == 0;

    /// <summary>How many blocks a batch of that size of block has room for, the first included.
    /// </summary>
    public static int BatchCount(int blockSize) =>
        1 + Math.Min(blockSize / sizeof(Entry), ushort.MaxValue);

    /// <summary>Lists one more block in the memory of the batch's first.</summary>
    public static void List(Block* first, int index, Block* block) =>
        ((Entry*)first->Data)[index] = new Entry(block);

    /// <summary>
    /// Writes to the memory of entries that are not listed yet. Its lines come over from the
    /// owner's core, which has read them last, all at once; each claim would wait for one.
    /// </summary>
    public static void TouchList(Block* first, int index, int end)
    {
        var entries = (Entry*)first->Data;
        for (; index < end; index += EntriesPerLine)
            entries[index] = default;
    }

    /// <summary>Pushes a batch whose blocks are all marked as returning.</summary>
    public void Push<T>(Block* first, int more)
        where T : struct, IInterleaving
    {
        first->ReturnCount = (ushort)more;
        nint head = Volatile.Read(ref _padded.Head);
        while (true)
        {
            first->ReturnNext = (Block*)head;
            T.Step();
            nint seen = Interlocked.CompareExchange(ref _padded.Head, (nint)first, head);
            if (seen == head)
                return;
            head = seen;
        }
    }

    /// <summary>Takes all blocks to where they belong. Only for the owner.</summary>
    /// <param name="refused">A block that was released twice at once, or null.</param>
    /// <returns>How many came home.</returns>
    public int Drain<T>(out Block* refused)
        where T : struct, IInterleaving
    {
        refused = null;
        if (IsEmpty)
            return 0;

        T.Step();
        int count = 0;
        var batch = (Block*)Interlocked.Exchange(ref _padded.Head, 0);
        while (batch != null)
        {
            Block* next = batch->ReturnNext;
            var others = new ReadOnlySpan<Entry>(batch->Data, batch->ReturnCount);
            foreach (ref readonly Entry other in others)
            {
                if (other.IsOf(batch))
                    count += Accept(other.Block, ref refused);
                else
                    refused = batch;
            }

            count += Accept(batch, ref refused);
            batch = next;
        }

        return count;
    }

    // The mark makes sure that a block goes onto the free list once, even if two threads have
    // raced to release the same reference.
    private static int Accept(Block* block, ref Block* refused)
    {
        ulong word = block->Word;
        if ((word & LowMask) != Returning)
        {
            refused = block;
            return 0;
        }

        block->Word = word & ~LowMask;
        BlockCounts<NoInterleaving>.Recycle(block);
        return 1;
    }

    private readonly struct Entry(Block* block)
    {
        private static readonly nint Cookie = (nint)Random.Shared.NextInt64();
        private readonly nint _check = (nint)block ^ Cookie;

        public Block* Block { get; } = block;

        public bool IsOf(Block* batch) =>
            ((nint)Block ^ Cookie) == _check && Block->Home == batch->Home;
    }

    // Apart from whatever else the owner keeps writing to.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedHead
    {
        [FieldOffset(64)]
        public nint Head;
    }
}
