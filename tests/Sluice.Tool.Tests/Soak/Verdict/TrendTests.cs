using Sluice.Tool.Soak.Verdict;

namespace Sluice.Tool.Tests.Soak.Verdict;

public class TrendTests
{
    [Fact]
    public void Fit_ALine_IsThatLine()
    {
        Trend trend = Fit(600, static second => 100 + (0.5 * second));

        Assert.Equal(0.5, trend.Slope, precision: 9);
        Assert.Equal(0.5, trend.SlopeMin, precision: 9);
        Assert.Equal(0.5, trend.SlopeMax, precision: 9);
        Assert.InRange(trend.Growth, 290, 300);
        Assert.InRange(trend.Spread, 0, 1e-9);
    }

    [Fact]
    public void Fit_TeethOfASaw_IsTheFloor()
    {
        Trend trend = Fit(600, static second => 100 + (second % 7));

        Assert.Equal(0, trend.Slope, precision: 9);
        Assert.Equal(100, trend.Level, precision: 9);
    }

    [Fact]
    public void Fit_NoiseWithoutSlope_HasZeroBetweenItsBounds()
    {
        var random = new Random(7);

        Trend trend = Fit(600, _ => random.NextDouble());

        Assert.InRange(0, trend.SlopeMin, trend.SlopeMax);
    }

    [Fact]
    public void Fit_NoiseWithSlope_HasTheSlopeBetweenItsBounds()
    {
        var random = new Random(7);

        Trend trend = Fit(600, second => (20 * random.NextDouble()) + (0.1 * second));

        Assert.InRange(0.1, trend.SlopeMin, trend.SlopeMax);
        Assert.InRange(trend.SlopeMin, double.Epsilon, 0.1);
    }

    [Fact]
    public void Fit_OutliersBelow_DoNotTiltIt()
    {
        Trend trend = Fit(600, static second => second > 540 && second % 30 == 0 ? 0 : 100);

        Assert.Equal(0, trend.Slope, precision: 9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Trend.PointsMin - 1)]
    public void Fit_FewValues_IsNull(int count) =>
        Assert.Null(Trend.Fit([.. Values(count, static _ => 1)]));

    private static Trend Fit(int count, Func<int, double> value) =>
        Trend.Fit([.. Values(count, value)])!;

    private static IEnumerable<(double Seconds, double Value)> Values(
        int count, Func<int, double> value) =>
        Enumerable.Range(0, count).Select(second => ((double)second, value(second)));
}
