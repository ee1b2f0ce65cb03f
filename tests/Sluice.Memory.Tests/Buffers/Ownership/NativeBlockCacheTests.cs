namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>How many blocks a thread keeps, and how much memory with them.</summary>
public sealed class NativeBlockCacheTests
{
    private const int BlocksMax = 32;
    private const int KeptMax = 64 << 10;

    [Fact]
    public void Take_AfterPuts_GivesTheLatestFirst() => OwnThread.Run(static () =>
    {
        NativeBlock first = NativeBlockCache.Take();
        NativeBlock second = NativeBlockCache.Take();
        NativeBlockCache.Put(first);
        NativeBlockCache.Put(second);

        Assert.Same(second, NativeBlockCache.Take());
        Assert.Same(first, NativeBlockCache.Take());
        Assert.NotSame(first, NativeBlockCache.Take());
    });

    [Fact]
    public void Take_OnAnotherThread_GivesNothingOfThis() => OwnThread.Run(static () =>
    {
        NativeBlock block = NativeBlockCache.Take();
        NativeBlockCache.Put(block);

        OwnThread.Run(() => Assert.NotSame(block, NativeBlockCache.Take()));
        Assert.Same(block, NativeBlockCache.Take());
    });

    [Fact]
    public void Put_MoreBlocksThanThereIsRoomFor_KeepsTheFirst() => RunUntraced(static () =>
    {
        NativeBlock[] blocks = Close([.. Enumerable.Repeat(100, BlocksMax + 1)]);

        Assert.All(blocks[..BlocksMax], static block => Assert.Equal(100u, block.Capacity));
        Assert.Equal(0u, blocks[BlocksMax].Capacity);
        for (int i = BlocksMax - 1; i >= 0; i--)
            Assert.Same(blocks[i], NativeBlockCache.Take());
        Assert.DoesNotContain(NativeBlockCache.Take(), blocks);
    });

    [Theory]
    [InlineData(KeptMax - 1, KeptMax - 1)]
    [InlineData(KeptMax, KeptMax)]
    [InlineData(KeptMax + 1, 0)]
    public void Put_OneBlock_KeepsItsMemoryUpTo64KiB(int size, int kept) => RunUntraced(() =>
    {
        NativeBlock block = Assert.Single(Close(size));

        Assert.Equal((nuint)kept, block.Capacity);
        Assert.Same(block, NativeBlockCache.Take());
    });

    [Fact]
    public void Put_SeveralBlocks_KeepsMemoryUpTo256KiB() => RunUntraced(static () =>
    {
        NativeBlock[] blocks = Close(KeptMax, KeptMax, KeptMax, KeptMax - 1, 2, 1, 1);

        Assert.Equal(
            new nuint[] { KeptMax, KeptMax, KeptMax, KeptMax - 1, 0, 1, 0 },
            blocks.Select(static block => block.Capacity));
        Assert.Same(blocks[^1], NativeBlockCache.Take());
    });

    [Fact]
    public void Put_MemoryOfALargeAlignment_CountsWhatThatTakes() => RunUntraced(static () =>
    {
        NativeBlock large = NativeBlock.Allocate(4096, 1 << 16);
        NativeBlock small = NativeBlock.Allocate(4096, 1 << 15);
        nuint footprint = small.Footprint;

        large.TryClose(large.Generation);
        small.TryClose(small.Generation);

        Assert.Equal(4096u + (1 << 15) - 64, footprint);
        Assert.Equal((0u, 4096u), (large.Capacity, small.Capacity));
    });

    [Fact]
    public void Put_MemoryOfALargeAlignmentWasFreed_CountsNothingOfIt() => RunUntraced(static () =>
    {
        NativeBlock[] freed = [.. Enumerable.Range(0, 4).Select(
            static _ => NativeBlock.Allocate(4096, 1 << 16))];
        NativeBlock kept = NativeBlock.Allocate(4096, 64);

        foreach (NativeBlock block in (NativeBlock[])[.. freed, kept])
            block.TryClose(block.Generation);

        Assert.All(freed, static block => Assert.Equal(0u, block.Footprint));
        Assert.Equal(4096u, kept.Capacity);
    });

    [Fact]
    public void Put_ExactlyTheLastRoom_KeepsItsMemory() => RunUntraced(static () =>
    {
        NativeBlock[] blocks = Close(KeptMax, KeptMax, KeptMax, KeptMax, 1);

        Assert.Equal(
            new nuint[] { KeptMax, KeptMax, KeptMax, KeptMax, 0 },
            blocks.Select(static block => block.Capacity));
    });

    [Fact]
    public void Take_OfBlocksWithMemory_MakesRoomForAsMuch() => RunUntraced(static () =>
    {
        Close(KeptMax, KeptMax, KeptMax, KeptMax);
        for (int round = 0; round < 3; round++)
        {
            NativeBlock[] blocks = Close(KeptMax, KeptMax, KeptMax, KeptMax, KeptMax);

            Assert.Equal(
                new nuint[] { KeptMax, KeptMax, KeptMax, KeptMax, 0 },
                blocks.Select(static block => block.Capacity));
        }
    });

    private static void RunUntraced(Action test)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not of the C heap.");
        OwnThread.Run(test);
    }

    /// <summary>Blocks of these sizes, in use at the same time, and then put in this order.
    /// </summary>
    private static NativeBlock[] Close(params int[] sizes)
    {
        NativeBlock[] blocks =
            [.. sizes.Select(static size => NativeBlock.Allocate((nuint)size, 64))];
        foreach (NativeBlock block in blocks)
            Assert.True(block.TryClose(block.Generation));
        return blocks;
    }
}
