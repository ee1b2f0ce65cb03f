using System.Globalization;
using System.Net;
using System.Text;

namespace Sluice.Tool.Bench.Report;

/// <summary>A run as one HTML file that refers to nothing else.</summary>
internal static class HtmlReport
{
    private const double BytesPerMiB = 1024 * 1024;

    private const string Style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
        body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
        th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #8884; }
        th:first-child, td:first-child { text-align: left; }
        svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: currentColor; }
        .note { opacity: .75; }
        """;

    public static string Create(BenchResult result, BenchResult? earlier)
    {
        SummaryLine[] lines = [.. BenchSummary.Lines(result, earlier)];
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Sluice, measured</title>
            <style>{Style}</style>
            <h1>Sluice, measured</h1>
            <p>{Encode(result.Machine.ToString())}<br>
            {result.Started:yyyy-MM-dd HH:mm} UTC, medians of {result.Rounds} rounds,
            {result.SecondsPerLoad} s per measurement. The server has one processor, the load
            another; servers take turns in each round, and every answer is checked.</p>
            """);
        foreach (string note in result.Notes)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Encode(note)}</p>");
        foreach (IGrouping<BenchRow, SummaryLine> row in lines.GroupBy(l => l.Row))
        {
            if (!IsGrowth(row.Key))
                AppendRow(html, row.Key, [.. row], earlier is not null);
        }

        AppendGrowth(html, [.. lines.Where(l => IsGrowth(l.Row) || l.Row.Name == "plaintext")]);
        return html.Append("</html>\n").ToString();
    }

    private static bool IsGrowth(BenchRow row) =>
        row.Name.StartsWith("connections-", StringComparison.Ordinal);

    private static void AppendRow(
        StringBuilder html, BenchRow row, SummaryLine[] lines, bool hasEarlier)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(row.Title)}</h2>");
        if (row.IsIdle)
        {
            html.Append("<p class=\"note\">Resident bytes per idle connection.</p>");
            html.Append(SvgChart.Bars(
                [.. lines.Select(l => (l.Server.Title, l.BytesPerConnection))], "N0", "bytes"));
        }
        else if (row.HalfRateOf is not null)
        {
            html.Append("<p class=\"note\">Times from when a request was due, p99.</p>");
            html.Append(SvgChart.Bars([.. lines.Select(l => (l.Server.Title, l.P99))], "N0", "us"));
        }
        else
        {
            html.Append("<p class=\"note\">Requests per second of the server's CPU time.</p>");
            html.Append(SvgChart.Bars(
                [.. lines.Select(l => (l.Server.Title, l.PerCpuSecond))], "N0", ""));
        }

        AppendTable(html, lines, hasEarlier);
    }

    private static void AppendTable(StringBuilder html, SummaryLine[] lines, bool hasEarlier)
    {
        string last = hasEarlier ? "<th>to earlier</th>" : "";
        html.Append(CultureInfo.InvariantCulture, $"""
            <table><tr><th>Server</th><th>requests/s</th><th>CPU us/request</th><th>p50 us</th>
            <th>p99 us</th><th>p99.9 us</th><th>resident MiB</th><th>ratio</th>{last}</tr>
            """);
        foreach (SummaryLine line in lines)
        {
            string earlier = hasEarlier ? $"<td>{Ratio(line.AgainstEarlier)}</td>" : "";
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(line.Server.Title)}</td><td>{line.Rate:N0}</td>
                <td>{line.Cpu:F3}</td><td>{line.P50:N0}</td><td>{line.P99:N0}</td>
                <td>{line.P999:N0}</td><td>{line.Resident / BytesPerMiB:N0}</td>
                <td>{Ratio(line.AgainstBaseline)}</td>{earlier}</tr>
                """);
        }

        html.Append("""
            </table><p class="note">Ratio: work per CPU second against Kestrel on sockets; of raw
            handlers, against plain C. For idle connections: how many fit into the same memory.</p>
            """);
    }

    private static void AppendGrowth(StringBuilder html, SummaryLine[] lines)
    {
        if (!lines.Any(l => IsGrowth(l.Row)))
            return;

        html.Append("<h2>Growth with connections</h2>");
        html.Append("<p class=\"note\">Requests per second of CPU time.</p>");
        html.Append(SvgChart.Lines(Curves(lines, static l => l.PerCpuSecond), "N0"));
        html.Append("<p class=\"note\">p99, microseconds.</p>");
        html.Append(SvgChart.Lines(Curves(lines, static l => l.P99), "N0"));
        html.Append("<p class=\"note\">Resident memory, MiB.</p>");
        html.Append(SvgChart.Lines(Curves(lines, static l => l.Resident / BytesPerMiB), "N0"));
    }

    private static (string Label, IReadOnlyList<(double X, double Y)> Points)[] Curves(
        SummaryLine[] lines, Func<SummaryLine, double> figure)
    {
        BenchServer[] servers =
        [
            .. lines.Where(l => IsGrowth(l.Row)).Select(l => l.Server).Distinct(),
        ];
        return
        [
            .. servers.Select(server => (
                server.Title,
                (IReadOnlyList<(double X, double Y)>)
                [
                    .. lines
                        .Where(l => l.Server == server)
                        .Select(l => ((double)l.Row.Connections, figure(l)))
                        .OrderBy(p => p.Item1),
                ])),
        ];
    }

    private static string Ratio(double? ratio) =>
        ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
