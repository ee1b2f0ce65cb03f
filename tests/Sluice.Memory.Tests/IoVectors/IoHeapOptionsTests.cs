namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoHeapOptionsTests
{
    private const int SlabSizeMax = 1 << 30;

    private static readonly int Page = Environment.SystemPageSize;

    [Fact]
    public void Constructor_SmallestAndLargestSlabs_AreTaken()
    {
        Make(new IoHeapOptions { SlabSize = Page });
        Make(new IoHeapOptions { SlabSize = SlabSizeMax });
    }

    [Fact]
    public void Constructor_SlabSizeOutOfItsLimits_NamesIt()
    {
        AssertOutOfRange(
            nameof(IoHeapOptions.SlabSize), new IoHeapOptions { SlabSize = SlabSizeMax + Page });
        AssertOutOfRange(nameof(IoHeapOptions.SlabSize), new IoHeapOptions { SlabSize = Page - 1 });
    }

    [Fact]
    public void Constructor_SlabSizeNotWholePages_NamesIt() =>
        Assert.Equal(
            nameof(IoHeapOptions.SlabSize),
            Assert.Throws<ArgumentException>(
                () => Make(new IoHeapOptions { SlabSize = Page + 1 })).ParamName);

    [Fact]
    public void Constructor_NegativeLimit_NamesIt()
    {
        AssertOutOfRange(nameof(IoHeapOptions.LimitBytes), new IoHeapOptions { LimitBytes = -1 });
        Make(new IoHeapOptions { LimitBytes = 0 });
    }

    [Fact]
    public void Constructor_MemoryNodeBelowMinusOne_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Make(new IoHeapOptions { NumaNode = -2 }));
        Make(new IoHeapOptions { NumaNode = -1 });
        Make(new IoHeapOptions { NumaNode = 0 });
    }

    [Fact]
    public void Constructor_UnknownHugePages_NamesThem() =>
        AssertOutOfRange(
            nameof(IoHeapOptions.HugePages), new IoHeapOptions { HugePages = (IoHugePages)3 });

    private static void Make(IoHeapOptions options) => new IoHeap(options).Dispose();

    private static void AssertOutOfRange(string name, IoHeapOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, () => Make(options));
}
