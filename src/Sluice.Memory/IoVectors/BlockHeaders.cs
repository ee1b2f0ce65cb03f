using System.Numerics;

namespace Sluice.Memory;

/// <summary>
/// The memory of block headers, for all heaps of the process. It is never unmapped, because a
/// stale vector may be used long after its slab, or its heap, has gone, and must then find a
/// header to be refused by. What no slab uses is not resident, and is used again by the next slab,
/// whose generations go on where its predecessor's ended.
/// </summary>
internal static unsafe class BlockHeaders
{
    // State of the process, not of a heap: addresses are the process's, and outlive the heap.
    private static readonly Lock Gate = new();
    private static readonly Stack<(nint Address, ulong Generation)>?[] Idle = new Stack<(
        nint Address, ulong Generation)>?[32];

    /// <summary>
    /// Zeroed headers, or null if there is no memory, and the first generation that is theirs.
    /// </summary>
    public static Block* Rent(int count, out ulong firstGeneration)
    {
        nuint size = SizeOf(count);
        lock (Gate)
        {
            if (Idle[BitOperations.Log2(size)] is { Count: > 0 } idle)
            {
                (nint address, firstGeneration) = idle.Pop();
                return (Block*)address;
            }
        }

        firstGeneration = 1;
        return (Block*)SlabMemory.Allocate(size, IoHugePages.None, out _);
    }

    /// <summary>Takes headers back of which all generations are below the next.</summary>
    public static void Return(Block* first, int count, ulong nextGeneration)
    {
        nuint size = SizeOf(count);

        // A zero word matches no vector: generations start at 1.
        SlabMemory.Clear((byte*)first, size);
        lock (Gate)
        {
            ref var idle = ref Idle[BitOperations.Log2(size)];
            idle ??= new();
            idle.Push(((nint)first, nextGeneration));
        }
    }

    private static nuint SizeOf(int count) =>
        BitOperations.RoundUpToPowerOf2(
            nuint.Max((nuint)count * Block.Size, SlabMemory.PageSize));
}
