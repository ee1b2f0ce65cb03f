using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>The free blocks of one size class of a heap, as its owner's thread sees them.</summary>
/// <remarks>
/// The newest free block stands apart from the others. A release and the allocation after it pass
/// the block on without reading what the other one wrote to the rest of the list; measured, a
/// list alone costs a third more.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct BlockList
{
    public const int Size = 64;

    [FieldOffset(0)]
    public Block* Newest;

    [FieldOffset(8)]
    public Block* Others;

    /// <summary>The owner's stack: see <see cref="Interop.ThreadStack"/>.</summary>
    [FieldOffset(16)]
    public nuint Window;

    /// <summary>Not 0 while somebody waits for blocks.</summary>
    [FieldOffset(24)]
    public int Attention;

    [FieldOffset(28)]
    public int ClassIndex;

    /// <summary>The first block of the newest slab that was never used.</summary>
    [FieldOffset(32)]
    public Block* Unused;

    [FieldOffset(40)]
    public Block* UnusedEnd;

    /// <summary>A <see cref="GCHandle"/> of the heap.</summary>
    [FieldOffset(48)]
    public nint Heap;

    /// <summary>The block size, where a vector has its capacity.</summary>
    [FieldOffset(56)]
    public ulong Extent;

    public readonly int BlockSize => (int)(Extent >> 32);

    /// <summary>Takes a free block, or null. Only for the owner.</summary>
    public static Block* Pop(BlockList* list)
    {
        Block* block = list->Newest;
        if (block != null)
        {
            list->Newest = null;
            return block;
        }

        block = list->Others;
        if (block != null)
            list->Others = block->Next;
        return block;
    }

    /// <summary>Gives a free block back. Only for the owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Push(BlockList* list, Block* block)
    {
        if (list->Newest == null)
        {
            list->Newest = block;
            return;
        }

        block->Next = list->Others;
        list->Others = block;
    }
}
