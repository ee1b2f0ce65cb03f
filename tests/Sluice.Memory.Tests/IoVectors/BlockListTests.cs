namespace Sluice.Memory.Tests.IoVectors;

public sealed unsafe class BlockListTests
{
    [Fact]
    public void Pop_SeveralBlocks_NewestThenTheOthersFromTheTop()
    {
        Block* blocks = stackalloc Block[3];
        BlockList list = default;
        for (int index = 0; index < 3; index++)
            BlockList.Push(&list, blocks + index);

        Assert.True(BlockList.Pop(&list) == blocks);
        Assert.True(BlockList.Pop(&list) == blocks + 2);
        Assert.True(BlockList.Pop(&list) == blocks + 1);
        Assert.True(BlockList.Pop(&list) == null);
    }

    [Fact]
    public void Push_NewestWasTaken_IsTheNewestAgain()
    {
        Block* blocks = stackalloc Block[3];
        BlockList list = default;
        BlockList.Push(&list, blocks);
        BlockList.Push(&list, blocks + 1);
        _ = BlockList.Pop(&list);
        BlockList.Push(&list, blocks + 2);

        Assert.True(list.Newest == blocks + 2);
        Assert.True(list.Others == blocks + 1);
    }
}
