using System.Text.Json;
using Sluice.Tool.Tests.Processes;
using Sluice.Tool.Tests.Soak;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice soak</c>.</summary>
[Collection(SoakCollection.Name)]
public class SoakCommandTests
{
    [Theory]
    [MemberData(nameof(EngineCase.All), MemberType = typeof(EngineCase))]
    public async Task Soak_BothServersShortly_KeepsItsRulesAndWritesReports(
        string engine, string scheduling)
    {
        await EngineCase.RequireAsync(engine);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("sluice-soak-test-");
        string json = Path.Combine(directory.FullName, "soak.json");
        string html = Path.Combine(directory.FullName, "soak.html");
        string markdown = Path.Combine(directory.FullName, "soak.md");
        try
        {
            await using ToolProcess soak = await ToolProcess.StartAsync(
                "soak", "--server", "both", "--minutes", "0.05", "--connections", "48",
                "--busy", "32", "--engine", engine, "--scheduling", scheduling,
                "--json", json, "--html", html, "--markdown", markdown);

            int code = await soak.WaitAsync(TimeSpan.FromMinutes(5));

            Assert.Contains("The soak has passed.", soak.Output, StringComparison.Ordinal);
            Assert.Equal(0, code);
            JsonElement servers = JsonDocument.Parse(await File.ReadAllTextAsync(json))
                .RootElement.GetProperty("servers");
            Assert.Equal(2, servers.GetArrayLength());
            Assert.All(servers.EnumerateArray(), static server =>
            {
                Assert.NotEqual(0, server.GetProperty("samples").GetArrayLength());
                Assert.NotEqual(0, server.GetProperty("faults").GetArrayLength());
                Assert.InRange(server.GetProperty("requests").GetInt64(), 100, long.MaxValue);
                Assert.DoesNotContain(
                    server.GetProperty("rules").EnumerateArray(),
                    static rule => rule.GetProperty("outcome").GetString() == "Failed");
            });
            Assert.Contains("<svg", await File.ReadAllTextAsync(html), StringComparison.Ordinal);
            Assert.StartsWith(
                "# Soak: passed",
                await File.ReadAllTextAsync(markdown),
                StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Soak_Interrupted_ReportsWhatThereIs()
    {
        await using ToolProcess soak = await ToolProcess.StartAsync(
            "soak", "--minutes", "1", "--connections", "12", "--faults", "off",
            "--engine", "sockets");
        await soak.WrittenAsync("sluice serve: first load");

        soak.Signal(ToolProcess.SignalInterrupt);

        Assert.Equal(0, await soak.WaitAsync(TimeSpan.FromMinutes(5)));
        Assert.Contains("It was ended before its time.", soak.Output, StringComparison.Ordinal);
        Assert.Contains("too little time after the warm-up", soak.Output, StringComparison.Ordinal);
        Assert.Contains("No faults.", soak.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--minutes 0", "--minutes must be from")]
    [InlineData("--connections 0", "--connections must be from")]
    [InlineData("--connections 100000", "raise it (ulimit -n)")]
    [InlineData("--server nothing", "nothing")]
    [InlineData("--faults sometimes", "sometimes")]
    public async Task Soak_BadArguments_SaysWhich(string arguments, string part)
    {
        await using ToolProcess soak =
            await ToolProcess.RunAsync(["soak", .. arguments.Split(' ')]);

        Assert.Equal(1, await soak.WaitAsync());
        Assert.Contains(part, soak.Errors, StringComparison.Ordinal);
    }
}
