using System.Text.Json;
using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;
using Sluice.Tool.Tests.Processes;
using Sluice.Uring;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice bench</c>.</summary>
public class BenchCommandTests
{
    [Fact]
    public async Task Bench_OneLoad_MeasuresEachServerAndWritesBoth()
    {
        await EngineCase.RequireAsync("uring");
        Assert.SkipWhen(CpuAffinity.GetAllowedCpus().Count < 2, "There is one processor.");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sluice-bench-test-");
        string json = Path.Combine(directory.FullName, "result.json");
        string html = Path.Combine(directory.FullName, "report.html");
        try
        {
            await using ToolProcess bench = await ToolProcess.RunAsync(
                "bench", "http2", "--quick", "--rounds", "1", "--json", json, "--html", html);

            Assert.Equal("", bench.Errors);
            Assert.Equal(0, await bench.WaitAsync());
            BenchResult result = JsonSerializer.Deserialize(
                File.ReadAllText(json), BenchResultJson.Default.BenchResult)!;
            Assert.Equal(["kestrel", "sockets"], result.Measurements.Select(m => m.Server));
            Assert.All(result.Measurements, static m =>
            {
                Assert.InRange(m.CpuPerRequest, 0.1, 1_000_000);
                Assert.InRange(m.RequestsPerSecond, 1, double.MaxValue);
                Assert.InRange(m.ResidentBytes, 1, long.MaxValue);
            });
            Assert.Contains("Kestrel on Sluice", bench.Output, StringComparison.Ordinal);
            Assert.Contains("<svg", File.ReadAllText(html), StringComparison.Ordinal);

            await using ToolProcess again = await ToolProcess.RunAsync(
                "bench", "--from", json, "--markdown", html);
            Assert.Equal(0, await again.WaitAsync());
            Assert.Equal(bench.Output.Split('\n')[^4..], again.Output.Split('\n')[^4..]);
            Assert.Equal(
                MarkdownReport.Create(result), await File.ReadAllTextAsync(html));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Bench_MemoryAndMessages_MeasuresEachContenderInItsUnit()
    {
        await EngineCase.RequireAsync("uring");
        Assert.SkipWhen(CpuAffinity.GetAllowedCpus().Count < 2, "There is one processor.");
        string json = Path.GetTempFileName();
        try
        {
            await using ToolProcess bench = await ToolProcess.RunAsync(
                "bench", "memory", "channel", "--quick", "--rounds", "1", "--json", json);

            Assert.Equal("", bench.Errors);
            Assert.Equal(0, await bench.WaitAsync());
            BenchResult result = JsonSerializer.Deserialize(
                File.ReadAllText(json), BenchResultJson.Default.BenchResult)!;
            Assert.Equal(
                BenchRows.All.Where(static row => row.Unit is not null)
                    .SelectMany(static row => row.Servers.Select(s => (row.Name, s.Name))),
                result.Measurements.Select(static m => (m.Row, m.Server)));
            Assert.All(result.Measurements, static m =>
                Assert.InRange(m.Value, 1e-6, double.MaxValue));
            Assert.Contains(" ns ", bench.Output, StringComparison.Ordinal);
            Assert.Contains(" million/s ", bench.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(json);
        }
    }

    [Theory]
    [InlineData("nothing", "There is no load \"nothing\".")]
    [InlineData("latency --rounds 1", "The row needs the figures of \"plaintext\", too.")]
    [InlineData("json --rounds 0", "--rounds must be from 1 to")]
    [InlineData("json --compare /proc/version", "is not a result of \"sluice bench --json\".")]
    [InlineData("json --compare /no/such/file", "Could not find")]
    [InlineData("--from /proc/version", "is not a result of \"sluice bench --json\".")]
    public async Task Bench_BadArguments_SaysWhich(string arguments, string part)
    {
        await EngineCase.RequireAsync("uring");
        Assert.SkipWhen(CpuAffinity.GetAllowedCpus().Count < 2, "There is one processor.");

        await using ToolProcess bench =
            await ToolProcess.RunAsync(["bench", .. arguments.Split(' ')]);

        Assert.Equal(1, await bench.WaitAsync());
        Assert.Contains(part, bench.Errors, StringComparison.Ordinal);
    }
}
