using System.Runtime.CompilerServices;
using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// Counting references, off the fast path: Shared blocks, and everything that throws.
/// </summary>
/// <remarks>
/// Why one reference needs no atomic operation on the owner's thread: whoever holds the last
/// reference is alone with the block, because a second reference can only be made from an
/// existing one. It could be made by another thread, from the same variable, but then releasing
/// that variable at the same time is a race of the caller's own. On other threads the last
/// release is a compare-exchange nonetheless, so that two of them can never both win; and the mark
/// for the way home catches a race with the owner (<see cref="ReturnStack"/>).
/// Order: the acquiring read of a count of one comes after the releasing decrement of every other
/// reference, so their accesses to the block are over.
/// </remarks>
internal static unsafe class BlockCounts<T>
    where T : struct, IInterleaving
{
    /// <summary>The usual case for a Shared block, in the caller's code: one attempt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCloneOne(Block* block, ulong word, ulong count) =>
        (count ^ Shared) < CountLimit
        && Interlocked.CompareExchange(ref block->Word, word + 1, word) == word;

    /// <summary>The same for a release that is not the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReleaseOne(Block* block, ulong less, ulong left) =>
        (left ^ Shared) - 1 < CountLimit - 1
        && Interlocked.CompareExchange(ref block->Word, less, less + 1) == less + 1;

    /// <summary>One more reference; throws if the vector cannot be used here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Clone(Block* block, ulong vector)
    {
        ulong word = Volatile.Read(ref block->Word);
        while (true)
        {
            ulong count = word ^ vector;
            if ((count ^ Shared) >= CountLimit)
            {
                CloneLocal(block, vector, count);
                return;
            }

            T.Step();
            ulong seen = Interlocked.CompareExchange(ref block->Word, word + 1, word);
            if (seen == word)
                return;
            word = seen;
        }
    }

    /// <summary>One reference less; the block goes home with the last one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Release(Block* block, ulong vector)
    {
        ulong word = Volatile.Read(ref block->Word);
        while (true)
        {
            ulong count = word ^ vector ^ Shared;
            if (count - 1 >= CountLimit)
            {
                ReleaseLocal(block, vector, count ^ Shared);
                return;
            }

            T.Step();
            if (count == 1 && ThreadStack.IsCurrent(block->Window))
            {
                block->Word = Next(vector);
                Recycle(block);
                return;
            }

            if (count == 1 ? TryReturn(block, vector, ref word) : TryDecrement(block, ref word))
                return;
        }
    }

    /// <summary>
    /// The generation of a reference after it has moved: a new one if nobody else has a reference
    /// to the block, so that copies of the old variable are stale.
    /// </summary>
    public static ulong Move(Block* block, ulong vector)
    {
        if (block == null)
            Misuse.Throw(block, vector);

        ulong word = Volatile.Read(ref block->Word);
        ulong count = (word ^ vector) & ~Shared;
        if (count - 1 >= CountLimit)
            Misuse.Throw(block, vector);
        if ((word & Shared) == 0 && !ThreadStack.IsCurrent(block->Window))
            Misuse.ThrowWrongThread(block, vector);
        if (count > 1)
            return vector;

        T.Step();
        block->Word = word + GenerationStep;
        return vector + GenerationStep;
    }

    /// <summary>Puts a free block onto the list that it came from. Only for the owner.</summary>
    public static void Recycle(Block* block)
    {
        BlockList* list = block->Home;
        Block* free = IoVectorTrace.IsEnabled ? TraceRegistry.Retire(block) : block;
        if (free != null)
            BlockList.Push(list, free);
        if (list->Attention != 0)
            IoHeap.Of(block).AfterReturn();
    }

    private static void CloneLocal(Block* block, ulong vector, ulong count)
    {
        if (count - 1 >= CountLimit - 1)
            Misuse.Throw(block, vector);
        if (!ThreadStack.IsCurrent(block->Window))
            Misuse.ThrowWrongThread(block, vector);
        block->Word++;
    }

    private static void ReleaseLocal(Block* block, ulong vector, ulong count)
    {
        if (count - 1 >= CountLimit)
            Misuse.Throw(block, vector);
        if (!ThreadStack.IsCurrent(block->Window))
        {
            // A heap that was disposed has no owner any more; what its thread still held may go.
            IoHeap heap = IoHeap.Of(block);
            if (!heap.IsFormerOwner())
                Misuse.ThrowWrongThread(block, vector);
            if (count > 1)
            {
                block->Word--;
                return;
            }

            block->Word = Next(vector) | Returning;
            SendHome(block, heap);
            return;
        }

        if (count > 1)
        {
            block->Word--;
            return;
        }

        block->Word = Next(vector);
        Recycle(block);
    }

    private static bool TryDecrement(Block* block, ref ulong word)
    {
        ulong seen = Interlocked.CompareExchange(ref block->Word, word - 1, word);
        bool isDone = seen == word;
        word = seen;
        return isDone;
    }

    private static bool TryReturn(Block* block, ulong vector, ref ulong word)
    {
        // Found before the block is given away: the heap may be gone right after.
        IoHeap heap = IoHeap.Of(block);
        ulong returning = Next(vector) | Returning;
        ulong seen = Interlocked.CompareExchange(ref block->Word, returning, word);
        if (seen != word)
        {
            word = seen;
            return false;
        }

        SendHome(block, heap);
        return true;
    }

    private static void SendHome(Block* block, IoHeap heap)
    {
        T.Step();
        heap.Returns.Push<T>(block, 0);
        T.Step();
        heap.AfterReturn();
    }
}
