namespace Sluice.Memory.Tests.IoVectors;

public sealed unsafe class BlockHeadersTests
{
    // So many that no heap of another test has headers of that size.
    private const int Many = 1 << 20;
    private const int More = 1 << 21;

    [Fact]
    public void Rent_HeadersThatCameBack_AreZeroAndTheirGenerationsGoOn()
    {
        Block* first = BlockHeaders.Rent(Many, out _);
        first[0].Word = 5;
        first[Many - 1].Word = 6;
        BlockHeaders.Return(first, Many, nextGeneration: 77);
        Assert.Equal(0, PageMap.CountResident((nint)first, Many * Block.Size));

        Block* second = BlockHeaders.Rent(Many, out ulong generation);
        Assert.True(first == second);
        Assert.Equal(77UL, generation);
        Assert.Equal(0UL, second[0].Word);
        Assert.Equal(0UL, second[Many - 1].Word);
        BlockHeaders.Return(second, Many, generation);
    }

    [Fact]
    public void Rent_SeveralCameBack_NoneIsLost()
    {
        Block* first = BlockHeaders.Rent(More, out _);
        Block* second = BlockHeaders.Rent(More, out _);
        BlockHeaders.Return(first, More, nextGeneration: 3);
        BlockHeaders.Return(second, More, nextGeneration: 4);

        Assert.True(BlockHeaders.Rent(More, out ulong ofSecond) == second);
        Assert.True(BlockHeaders.Rent(More, out ulong ofFirst) == first);
        Assert.Equal((3UL, 4UL), (ofFirst, ofSecond));
        BlockHeaders.Return(first, More, ofFirst);
        BlockHeaders.Return(second, More, ofSecond);
    }
}
