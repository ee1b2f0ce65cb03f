using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Headers and their generations are those of the process: nobody else may take any.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed unsafe class HeapSlabsTests
{
    private const int FirstCount = OwnLists.FirstSlabSize / OwnLists.BlockSize;

    [Fact]
    public void Trim_NewestSlabUnused_TakesItsBlocksOffTheListAndKeepsTheOrderOfOthers()
    {
        using var own = new OwnLists();
        Block*[] kept = own.Take(FirstCount);
        Block*[] gone = own.Take(3);
        own.Free(gone[0]);
        for (int index = 1; index < 3; index++)
        {
            own.Free(kept[index]);
            own.Free(gone[index]);
        }

        Assert.Equal(2 * OwnLists.FirstSlabSize, own.Slabs.Trim(0));

        Assert.Equal(OwnLists.FirstSlabSize, own.Slabs.MappedBytes);
        Assert.True(own.Take() == kept[2]);
        Assert.True(own.Take() == kept[1]);
        Block* next = own.Take();
        Assert.Equal(2, own.Slabs.All.Count);
        Assert.True(next == own.Slabs.All[1].Headers);
        Assert.True(next->Data == (byte*)own.Slabs.All[1].Address);
    }

    [Fact]
    public void Trim_OlderSlabUnused_LeavesTheFreeAndTheUnusedBlocksOfTheNewest()
    {
        using var own = new OwnLists();
        Block*[] gone = own.Take(FirstCount);
        Block*[] kept = own.Take(2);
        own.Free(kept[1]);
        foreach (Block* block in gone)
            own.Free(block);

        Assert.Equal(OwnLists.FirstSlabSize, own.Slabs.Trim(0));

        Assert.True(own.Take() == kept[1]);
        for (int index = 2; index < 2 * FirstCount; index++)
            Assert.True(own.Take() == kept[0] + index);
        Assert.Single(own.Slabs.All);
    }

    [Fact]
    public void Trim_BlockOfAnotherSlabBehindTheHeaders_StaysOnTheList()
    {
        using var own = new OwnLists();
        Block*[] gone = own.Take(FirstCount);
        Block*[] kept = own.Take(2);
        Block* neighbour = gone[0] + FirstCount;
        neighbour->Slab = kept[0]->Slab;
        own.List->Newest = neighbour;
        foreach (Block* block in gone)
            own.Free(block);

        Assert.Equal(OwnLists.FirstSlabSize, own.Slabs.Trim(0));

        Assert.True(own.List->Newest == neighbour);
        own.List->Newest = null;
    }

    [Fact]
    public void Trim_JustAsMuchAsMayStay_GivesNothingBack()
    {
        using var own = new OwnLists();
        own.Free(own.Take());

        Assert.Equal(0, own.Slabs.Trim(OwnLists.FirstSlabSize));
        Assert.Equal(OwnLists.FirstSlabSize, own.Slabs.Trim(OwnLists.FirstSlabSize - 1));
    }

    [Fact]
    public void Trim_WhatLiesBehindTheLists_IsNotCounted()
    {
        using var own = new OwnLists();
        Block*[] blocks = own.Take(FirstCount);
        for (int index = 1; index < FirstCount; index++)
            own.Free(blocks[index]);
        own.NoList->Newest = blocks[0];

        Assert.Equal(0, own.Slabs.Trim(0));
    }

    [Fact]
    public void Trim_UnusedSlab_IsToldWhileItIsMapped()
    {
        List<int> removed = [];
        using var own = new OwnLists(new IoHeapOptions
        {
            SlabRemoved = slab =>
            {
                Assert.True(slab.IsMapped);
                removed.Add(slab.Id);
            },
        });
        Block*[] blocks = own.Take(FirstCount + 1);
        own.Free(blocks[FirstCount]);

        own.Slabs.Trim(0);

        Assert.Equal([1], removed);
    }

    [Fact]
    public void TakeUnused_SlabAfterSlab_TheyDoubleUpToTheirSizeAndStartAgainAfterATrim()
    {
        using var own = new OwnLists(new IoHeapOptions { SlabSize = 256 * 1024 });
        Block*[] blocks = own.Take(FirstCount * (1 + 2 + 4 + 4));
        Assert.Equal([64, 128, 256, 256], own.Slabs.All.Select(slab => slab.Length / 1024));
        foreach (Block* block in blocks)
            own.Free(block);
        own.Slabs.Trim(0);
        Assert.Equal(0, own.Slabs.MappedBytes);

        own.Take(FirstCount + 1);

        Assert.Equal([64, 128], own.Slabs.All.Select(slab => slab.Length / 1024));
        Assert.Equal([4, 5], own.Slabs.All.Select(slab => slab.Id));
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void TakeUnused_HeadersOfASlabThatWent_GoOnWithTheirGenerations()
    {
        ulong last;
        using (var before = new OwnLists())
        {
            Block* block = before.Take() + 3;
            last = before.Slabs.All[0].FirstGeneration + 1000;
            block->Word = last << GenerationShift;
        }

        using var own = new OwnLists();

        Assert.Equal(last + 1, own.Take()->Word >> GenerationShift);
    }

    [Fact]
    public void FreeAll_Slabs_LeavesNoneAndEmptyLists()
    {
        using var own = new OwnLists();
        Block*[] blocks = own.Take(3);
        own.Free(blocks[0]);
        own.Free(blocks[1]);

        own.Slabs.FreeAll();

        Assert.Empty(own.Slabs.All);
        Assert.Equal(0, own.Slabs.MappedBytes);
        Assert.True(own.List->Newest == null && own.List->Others == null);
        Assert.True(own.List->Unused == null && own.List->UnusedEnd == null);
    }

    [Fact]
    public void Report_HeldAndReservedBlocks_SaysWhereTheyAreAndInWhichState()
    {
        using var own = new OwnLists();
        Block* held = own.Take();
        Block* reserved = own.Take();
        Block* free = own.Take();
        held->Word = (7 << GenerationShift) | BlockWord.Shared | 2;
        reserved->Word = (8 << GenerationShift) | Reserved;
        own.Free(free);

        // Behind the headers of the slab: not a block of it.
        free[FirstCount - 2].Word = 1;

        Assert.Equal(
            $"block 0x{(nint)held:x}, slab 0, 4096 bytes, generation 7, 2 reference(s)\n"
                + $"block 0x{(nint)reserved:x}, slab 0, 4096 bytes, generation 8, reserved\n",
            own.Slabs.Report());
    }

    [Fact]
    public void SetWindow_SlabsThere_IsInAllListsAndHeadersAndNowhereElse()
    {
        using var own = new OwnLists();
        Block* first = own.Take();

        own.Slabs.SetWindow(77);

        for (int index = 0; index < SizeClasses.Count; index++)
            Assert.Equal(77u, own.Lists[index].Window);
        for (int index = 0; index < FirstCount; index++)
            Assert.Equal(77u, first[index].Window);
        Assert.Equal(0u, own.NoList->Window);
        Assert.Equal(0u, first[FirstCount].Window);
    }

    [Theory]
    [InlineData(0, true, PageMap.PolicyPreferred)]
    [InlineData(null, true, PageMap.PolicyPreferred)]
    [InlineData(-1, true, PageMap.PolicyDefault)]
    [InlineData(0, false, PageMap.PolicyDefault)]
    [InlineData(null, false, PageMap.PolicyDefault)]
    public void TakeUnused_MemoryNode_IsPreferredIfThereAreSeveral(
        int? node, bool hasNodes, int policy)
    {
        using var own = new OwnLists(new IoHeapOptions { NumaNode = node }, hasNodes);
        own.Take();
        nint address = own.Slabs.All[0].Address;
        int set = PageMap.PolicyOf(address);
        Assert.SkipUnless(
            NumaNode.Prefer(address, OwnLists.FirstSlabSize, 0),
            "The kernel refuses policies of memory.");

        Assert.Equal(policy, set);
    }

    [Fact]
    public void Allocate_MachineOfOneNode_LeavesThePolicyToTheKernel()
    {
        Assert.SkipWhen(NumaNode.HasSeveral(), "This machine has several.");
        using var heap = new IoHeap(new IoHeapOptions { NumaNode = 0 });
        IoVector vector = heap.Allocate(4096);

        Assert.Equal(PageMap.PolicyDefault, PageMap.PolicyOf(vector.Slab.Address));
        vector.Release();
    }
}
