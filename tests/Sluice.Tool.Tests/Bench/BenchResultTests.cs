using System.Text.Json;
using Sluice.Tool.Bench;

namespace Sluice.Tool.Tests.Bench;

public class BenchResultTests
{
    [Theory]
    [InlineData(new double[] { 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5, 3 }, 4)]
    public void Median_SomeRounds_IsTheMiddle(double[] cpu, double expected)
    {
        BenchResult result = Results.Of(
        [
            .. cpu.Select(c => Results.One(BenchServer.KestrelSluice, cpu: c)),
            Results.One(BenchServer.KestrelSockets, cpu: 100),
            Results.One(BenchServer.KestrelSluice, "json", cpu: 100),
        ]);

        Assert.Equal(
            expected, result.Median("plaintext", "kestrel", static m => m.CpuPerRequest));
    }

    [Fact]
    public void Median_NotMeasured_IsNull() => Assert.Null(
        Results.Of().Median("plaintext", "kestrel", static m => m.CpuPerRequest));

    [Fact]
    public void Json_WrittenAndRead_IsTheSame()
    {
        BenchResult result = Results.Of(Results.One(BenchServer.PlainC));

        string json = JsonSerializer.Serialize(result, BenchResultJson.Default.BenchResult);
        BenchResult read = JsonSerializer.Deserialize(json, BenchResultJson.Default.BenchResult)!;

        Assert.Equal(result.Machine, read.Machine);
        Assert.Equal(result.Measurements, read.Measurements);
        Assert.Equal(result.Notes, read.Notes);
        Assert.Equal(result.Started, read.Started);
    }
}
