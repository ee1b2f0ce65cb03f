using System.Xml.Linq;
using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;

namespace Sluice.Tool.Tests.Bench.Report;

public class HtmlReportTests
{
    private static readonly BenchResult Result = Results.Of(
    [
        .. BenchRows.All.SelectMany(row => row.Servers.Select(server =>
            Results.One(server, row.Name, cpu: 2) with { BytesPerConnection = 7 })),
    ]);

    [Fact]
    public void Create_EveryRow_HasItsTitleAndItsServers()
    {
        string html = HtmlReport.Create(Result, null);

        foreach (BenchRow row in BenchRows.All.Where(r => !r.Name.Contains("connections-")))
            Assert.Contains($"<h2>{row.Title}</h2>", html, StringComparison.Ordinal);
        Assert.Contains("Growth with connections", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;processor&gt;", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;note&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_AServer_HasOneColourInEveryPlot()
    {
        string html = HtmlReport.Create(Result, null);

        string colour = ServerColours.Of(BenchServer.KestrelSluice);
        int rows = BenchRows.All.Count(r => r.Servers.Contains(BenchServer.KestrelSluice));
        int growth = BenchRows.All.Count(r => r.Name.Contains("connections-"));
        int percentiles = 3;
        Assert.Equal(
            rows - growth + (percentiles - 1) + (2 * 3),
            html.Split($"\"{colour}\"").Length - 1);
    }

    [Fact]
    public void Create_Plots_AreWellFormedAndNeedNothingElse()
    {
        string html = HtmlReport.Create(Result, Result);

        int plots = 0;
        for (int start = 0; (start = html.IndexOf("<svg", start, StringComparison.Ordinal)) >= 0;)
        {
            int end = html.IndexOf("</svg>", start, StringComparison.Ordinal) + "</svg>".Length;
            var svg = XElement.Parse(html[start..end]);
            Assert.Contains(svg.Descendants(), e => e.Name.LocalName is "rect" or "polyline");
            plots++;
            start = end;
        }

        Assert.Equal(BenchRows.All.Count(r => !r.Name.Contains("connections-")) + 3, plots);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }
}
