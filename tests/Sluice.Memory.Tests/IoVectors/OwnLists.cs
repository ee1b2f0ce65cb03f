using System.Runtime.InteropServices;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>The slabs of a heap without the heap, and the lists that their blocks are of.</summary>
internal sealed unsafe class OwnLists : IDisposable
{
    public const int BlockSize = 4096;
    public const int FirstSlabSize = 64 * 1024;

    // One more, which no heap has: nobody may touch it.
    private const int Count = SizeClasses.Count + 1;

    public OwnLists(IoHeapOptions? options = null, bool hasNodes = false)
    {
        Lists = (BlockList*)NativeMemory.AlignedAlloc(Count * BlockList.Size, BlockList.Size);
        NativeMemory.Clear(Lists, Count * BlockList.Size);
        for (int index = 0; index < SizeClasses.Count; index++)
        {
            Lists[index].ClassIndex = index;
            Lists[index].Extent = (ulong)SizeClasses.SizeOf(index) << 32;
        }

        Slabs = new HeapSlabs(
            options ?? new IoHeapOptions { HugePages = IoHugePages.None }, Lists, hasNodes);
    }

    public BlockList* Lists { get; }

    /// <summary>The list of <see cref="BlockSize"/>.</summary>
    public BlockList* List => Lists + SizeClasses.IndexOf(BlockSize);

    /// <summary>Behind the last of them.</summary>
    public BlockList* NoList => Lists + SizeClasses.Count;

    public HeapSlabs Slabs { get; }

    /// <summary>Takes a block as an allocation does, with one reference.</summary>
    public Block* Take()
    {
        Block* block = BlockList.Pop(List);
        if (block == null)
            block = Slabs.TakeUnused(List);
        block->Word |= 1;
        return block;
    }

    /// <summary>Takes that many blocks.</summary>
    public Block*[] Take(int count)
    {
        var blocks = new Block*[count];
        for (int index = 0; index < count; index++)
            blocks[index] = Take();
        return blocks;
    }

    /// <summary>Gives a block back as a release does.</summary>
    public void Free(Block* block)
    {
        block->Word = Next(block->Word);
        BlockList.Push(List, block);
    }

    public void Dispose()
    {
        Slabs.FreeAll();
        NativeMemory.AlignedFree(Lists);
    }
}
