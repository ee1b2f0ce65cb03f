using System.Text.Json;
using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;

namespace Sluice.Tool.Tests.Bench;

/// <summary>The figures of the README are those of a run that is kept.</summary>
public class ReadmeFiguresTests
{
    [Fact]
    public void Readme_Figures_AreThoseOfTheQuickRun()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Sluice.slnx")))
            root = Path.GetDirectoryName(root)!;
        string json = File.ReadAllText(Path.Combine(root, "bench", "results", "quick.json"));
        BenchResult result =
            JsonSerializer.Deserialize(json, BenchResultJson.Default.BenchResult)!;

        string readme = File.ReadAllText(Path.Combine(root, "README.md"));

        Assert.Contains(MarkdownReport.Create(result), readme, StringComparison.Ordinal);
        Assert.Contains(result.Machine.ToString(), readme, StringComparison.Ordinal);
    }
}
