using System.Diagnostics.CodeAnalysis;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// The cold end of every check. Each method is nothing but a throw, which the compiler never
/// inlines into a fast path and knows not to return.
/// </summary>
internal static unsafe class Misuse
{
    /// <summary>Says why a vector that is not plainly usable is not usable.</summary>
    [DoesNotReturn]
    public static void Throw(Block* block, ulong vector) => throw Explain(block, vector);

    [DoesNotReturn]
    public static void ThrowWrongThread(Block* block, ulong vector) =>
        throw WrongThread(block, vector);

    [DoesNotReturn]
    public static void ThrowForeignHeap(Block* block, ulong vector) => throw Create(
        IoVectorMisuse.ForeignHeap, block, vector, "belongs to another heap");

    [DoesNotReturn]
    public static void ThrowNotReserved(Block* block, ulong vector) => throw Create(
        IoVectorMisuse.NotReserved, block, vector, "is not reserved (any more)");

    [DoesNotReturn]
    public static void ThrowHeapOfOtherThread() => throw new IoVectorException(
        IoVectorMisuse.WrongThread,
        0,
        0,
        $"Thread {Environment.CurrentManagedThreadId} does not own this heap. "
            + $"{nameof(IoHeap.BindToCurrentThread)} makes it the owner.");

    [DoesNotReturn]
    public static void ThrowReturnedTwice(Block* block) => throw Create(
        IoVectorMisuse.Stale, block, 0, "was released by two threads at the same time");

    [DoesNotReturn]
    public static void ThrowStale(Block* block, ulong vector, ulong word) =>
        throw Stale(block, vector, word);

    [DoesNotReturn]
    public static void ThrowWritten(Block* block, ulong vector, int at) => throw Create(
        IoVectorMisuse.WrittenAfterRelease,
        block,
        vector,
        $"was released, and byte {at} of the block was written to after that");

    private static IoVectorException Explain(Block* block, ulong vector)
    {
        if (block == null)
        {
            return new IoVectorException(
                IoVectorMisuse.Stale, 0, 0, "This I/O vector was never allocated.");
        }

        ulong word = Volatile.Read(ref block->Word);
        if (((word ^ vector) & ~LowMask) != 0)
            return Stale(block, vector, word);
        if ((word & Reserved) != 0)
        {
            return Create(
                IoVectorMisuse.Reserved, block, vector, "is reserved: commit or abandon it");
        }

        return Create(
            IoVectorMisuse.TooManyReferences, block, vector, "has as many references as can be");
    }

    private static IoVectorException Stale(Block* block, ulong vector, ulong word)
    {
        string what = vector == 0
            ? "was released or moved"
            : "is stale: its last reference was released";
        return Create(
            IoVectorMisuse.Stale,
            block,
            vector,
            $"{what}, and the block is at generation {word >> GenerationShift} now");
    }

    private static IoVectorException WrongThread(Block* block, ulong vector) => Create(
        IoVectorMisuse.WrongThread,
        block,
        vector,
        $"is Local, and thread {Environment.CurrentManagedThreadId} does not own its heap");

    private static IoVectorException Create(
        IoVectorMisuse misuse, Block* block, ulong vector, string what)
    {
        long generation = (long)(vector >> GenerationShift);
        string name = vector == 0 ? "" : $", generation {generation},";
        string message = $"The I/O vector of block 0x{(nint)block:x}{name} {what}.";
        if (IoVectorTrace.IsEnabled)
            message += TraceRegistry.Describe(block, vector);
        return new IoVectorException(misuse, (nint)block, generation, message);
    }
}
