using System.Diagnostics;
using Sluice.Tool.Soak;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Tests.Soak;

/// <summary>Soaks of servers that have a defect on purpose.</summary>
[Collection(SoakCollection.Name)]
public class SoakRunTests
{
    [Fact]
    public async Task Run_NoDefect_BreaksNoRule()
    {
        SoakServerResult result = await SoakAsync("none", seconds: 2, settlingMax: 90);

        Assert.DoesNotContain(
            result.Rules, static r => r.Outcome == RuleOutcome.Failed);
        Assert.InRange(result.Requests, 100, long.MaxValue);
        Assert.NotEmpty(result.Faults);
    }

    [Theory]
    [InlineData("descriptor", "Descriptors: idle after")]
    [InlineData("thread", "Threads: idle after")]
    [InlineData("byte", "No byte is wrong")]
    [InlineData("cut", "Nothing fails but")]
    [InlineData("complaint", "The server reports no error")]
    [InlineData("code", "The server ends on SIGTERM")]
    public async Task Run_ADefect_BreaksItsRule(string defect, string rule)
    {
        SoakServerResult result = await SoakAsync(defect, seconds: 2, settlingMax: 5);

        Assert.False(result.IsPassed);
        Assert.Contains(
            result.Rules,
            r => r.Outcome == RuleOutcome.Failed
                && r.Rule.StartsWith(rule, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_MemoryGrows_BreaksItsRule()
    {
        SoakServerResult result =
            await SoakAsync("memory", seconds: 4, settlingMax: 5, sampleMs: 100);

        Assert.Equal(RuleOutcome.Failed, result.Rules[0].Outcome);
        Assert.StartsWith("Resident memory", result.Rules[0].Rule, StringComparison.Ordinal);
    }

    private static async Task<SoakServerResult> SoakAsync(
        string defect, double seconds, double settlingMax, int sampleMs = 1000)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Sluice.Leaky");
        var start = new ProcessStartInfo(path, [defect])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new SoakServer(defect, defect, EchoActivities.Mix, start);
        var settings = new SoakSettings
        {
            Duration = TimeSpan.FromSeconds(seconds),
            Connections = 24,
            Busy = 16,
            SampleInterval = TimeSpan.FromMilliseconds(sampleMs),
            TrendMin = TimeSpan.Zero,
            SettlingMax = TimeSpan.FromSeconds(settlingMax),
        };
        return await new SoakRun(settings, server, new NoScreen())
            .RunAsync(TestContext.Current.CancellationToken);
    }

    private sealed class NoScreen : ISoakScreen
    {
        public void OnPhase(SoakServer server, string phase)
        {
        }

        public void OnSample(SoakServer server, SoakSample sample)
        {
        }
    }
}
