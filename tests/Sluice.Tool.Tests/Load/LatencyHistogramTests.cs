using Sluice.Tool.Load;

namespace Sluice.Tool.Tests.Load;

public class LatencyHistogramTests
{
    [Fact]
    public void At_EveryPowerOfTwoAndItsNeighbours_IsRightToOnePartIn64()
    {
        for (int bit = 0; bit < 62; bit++)
        {
            for (long value = (1L << bit) - 1; value <= (1L << bit) + 1; value++)
            {
                var histogram = new LatencyHistogram();
                histogram.Record(value);
                histogram.Record(long.MaxValue / 2);

                long read = histogram.At(0.5);

                Assert.InRange(read, value, value + (value / 64));
            }
        }
    }

    [Fact]
    public void At_OneToAThousand_IsTheRank()
    {
        var histogram = new LatencyHistogram();
        for (int i = 1000; i > 0; i--)
            histogram.Record(i);

        Assert.Equal(1, histogram.At(0));
        Assert.InRange(histogram.At(0.5), 500, 508);
        Assert.InRange(histogram.At(0.99), 990, 1000);
        Assert.Equal(1000, histogram.At(1));
        Assert.Equal(1000, histogram.Max);
        Assert.Equal(1000, histogram.Count);
    }

    [Fact]
    public void Add_Another_CountsBoth()
    {
        var one = new LatencyHistogram();
        var other = new LatencyHistogram();
        one.Record(10);
        other.Record(20);
        other.Record(-1);

        one.Add(other);

        Assert.Equal(3, one.Count);
        Assert.Equal(20, one.Max);
        Assert.Equal(0, one.At(0.1));
        Assert.Equal(10, one.At(0.5));
    }
}
