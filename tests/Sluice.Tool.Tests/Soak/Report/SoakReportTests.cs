using System.Text.Json;
using System.Xml.Linq;
using Sluice.Tool.Bench;
using Sluice.Tool.Soak;
using Sluice.Tool.Soak.Faults;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Report;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Tests.Soak.Report;

public class SoakReportTests
{
    private static readonly IdleState Idle = new(10, 11, 12, 0, 0, 1);

    [Fact]
    public void Html_AResult_HasAllAndNeedsNothingElse()
    {
        string html = SoakHtmlReport.Create(Result(RuleOutcome.Failed));

        int plots = 0;
        for (int start = 0; (start = html.IndexOf("<svg", start, StringComparison.Ordinal)) >= 0;)
        {
            int end = html.IndexOf("</svg>", start, StringComparison.Ordinal) + "</svg>".Length;
            var svg = XElement.Parse(html[start..end]);
            Assert.Contains(svg.Descendants(), e => e.Name.LocalName is "polyline");
            plots++;
            start = end;
        }

        Assert.Equal(7, plots);
        Assert.Contains("soaked: <span class=\"failed\">", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;rule&gt;", html, StringComparison.Ordinal);
        Assert.Contains("an &lt;incident&gt;", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;line&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_ManySamples_StaysSmall()
    {
        SoakResult result = Result(RuleOutcome.Passed);
        SoakServerResult server = result.Servers[0] with { Samples = Samples(100_000) };

        string html = SoakHtmlReport.Create(result with { Servers = [server] });

        Assert.InRange(html.Length, 1, 200_000);
    }

    [Fact]
    public void Html_NoSamples_HasTheRules() => Assert.Contains(
        "a &lt;rule&gt;",
        SoakHtmlReport.Create(Result(RuleOutcome.Passed) with
        {
            Servers = [Result(RuleOutcome.Passed).Servers[0] with { Samples = [] }],
        }),
        StringComparison.Ordinal);

    [Fact]
    public void Markdown_AResult_HasRulesAndFigures()
    {
        string text = SoakMarkdownReport.Create(Result(RuleOutcome.Passed));

        Assert.StartsWith("# Soak: passed\n", text, StringComparison.Ordinal);
        Assert.Contains("| a <rule> | passed | 1 \\| 2 |", text, StringComparison.Ordinal);
        Assert.Contains("| 0.1 | 10 | 5 | 20 |", text, StringComparison.Ordinal);
        Assert.Contains("| an activity | 1,000 | 2 | 3 |", text, StringComparison.Ordinal);
        Assert.Contains("1 resets of 7 connections in all", text, StringComparison.Ordinal);
        Assert.Contains("sluice soak --seed 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_AResult_HasSamplesAndNamesOfOutcomes()
    {
        string json = JsonSerializer.Serialize(
            Result(RuleOutcome.NotJudged), SoakResultJson.Default.SoakResult);

        JsonElement server =
            JsonDocument.Parse(json).RootElement.GetProperty("servers")[0];
        Assert.Equal(60, server.GetProperty("samples").GetArrayLength());
        Assert.Equal(
            "NotJudged", server.GetProperty("rules")[0].GetProperty("outcome").GetString());
        Assert.True(server.GetProperty("isPassed").GetBoolean());
    }

    private static SoakResult Result(RuleOutcome outcome) => new(
        new MachineDescription("a <processor>", 2, 4, "a kernel", "a runtime"),
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        "sluice soak --seed 1",
        EndedEarly: false,
        [
            new SoakServerResult
            {
                Name = "raw",
                Title = "sluice echo",
                Seconds = 60,
                WarmUpSeconds = 10,
                Connections = 5,
                Busy = 2,
                ConnectionsMade = 100,
                Requests = 600,
                Bytes = 1_000_000,
                Rules = [new RuleResult("a <rule>", outcome, "1 | 2")],
                Before = Idle,
                After = Idle,
                Activities = [new ActivityReport("an activity", 1000, 2, 3)],
                Faults = [new PlannedFault(3, FaultKind.Reset, 7)],
                Incidents = [new SoakIncident(1, "an activity", "an <incident>")],
                ErrorLines = ["a <line>"],
                Samples = Samples(60),
            },
        ]);

    private static SoakSample[] Samples(int count) =>
    [
        .. Enumerable.Range(0, count).Select(static second => new SoakSample
        {
            Seconds = second,
            Descriptors = 20,
            Threads = 10,
            Connections = 5,
            Resident = 1 << 20,
            Requests = second * 10,
        }),
    ];
}
