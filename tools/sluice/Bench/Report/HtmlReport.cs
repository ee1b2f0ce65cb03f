using System.Globalization;
using System.Net;
using System.Text;

namespace Sluice.Tool.Bench.Report;

/// <summary>A run as one HTML file that refers to nothing else.</summary>
internal static class HtmlReport
{
    private const double BytesPerMiB = 1024 * 1024;

    /// <summary>How all reports look.</summary>
    public const string Style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
        body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.7rem; margin-bottom: .3rem; }
        h2 { font-size: 1.15rem; margin: 2.2rem 0 .2rem; }
        table { border-collapse: collapse; margin: .6rem 0; width: 100%; font-size: .92em; }
        th, td { text-align: right; padding: .15rem .6rem; border-bottom: 1px solid #8883; }
        th { font-weight: 600; white-space: nowrap; }
        td { font-variant-numeric: tabular-nums; }
        th:first-child, td:first-child { text-align: left; }
        svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: currentColor; }
        .note { opacity: .75; margin: .2rem 0 .6rem; }
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
            <p class="note">Ratio: work per CPU second against Kestrel on sockets; of raw handlers,
            against plain C. For idle connections: how many fit into the same memory. For files,
            memory and channels: how much better than the last of their row.</p>
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
        if (row.Unit is { } unit)
        {
            AppendFigures(html, unit, lines, hasEarlier);
            return;
        }

        if (row.IsIdle)
        {
            html.Append("<p class=\"note\">Resident bytes per idle connection.</p>");
            html.Append(SvgChart.Bars(
                Bars(lines, static l => l.BytesPerConnection), "N0", "bytes"));
            AppendIdleTable(html, lines, hasEarlier);
            return;
        }

        if (row.HalfRateOf is not null)
        {
            html.Append("<p class=\"note\">From when a request was due to its answer.</p>");
            ChartBar[] bars =
            [
                .. Bars(lines, static l => l.P50, "p50, "),
                .. Bars(lines, static l => l.P99, "p99, "),
                .. Bars(lines, static l => l.P999, "p99.9, "),
            ];
            html.Append(SvgChart.Bars(bars, "N0", "us"));
        }
        else
        {
            html.Append("<p class=\"note\">Requests per second of the server's CPU time.</p>");
            html.Append(SvgChart.Bars(Bars(lines, static l => l.PerCpuSecond), "N0", ""));
        }

        AppendTable(html, lines, hasEarlier);
    }

    private static void AppendFigures(
        StringBuilder html, BenchUnit unit, SummaryLine[] lines, bool hasEarlier)
    {
        string better = unit.IsTime ? "Less is better." : "More is better.";
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{better}</p>");
        html.Append(SvgChart.Bars(Bars(lines, static l => l.Value), unit.Format, unit.Name));
        string last = hasEarlier ? "<th>to earlier</th>" : "";
        html.Append(CultureInfo.InvariantCulture, $"""
            <table><tr><th></th><th>{Encode(unit.Name)}</th><th>ratio</th>{last}</tr>
            """);
        foreach (SummaryLine line in lines)
        {
            string value = line.Value.ToString(unit.Format, CultureInfo.InvariantCulture);
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(line.Server.Title)}</td><td>{value}</td>
                {Ratios(line, hasEarlier)}</tr>
                """);
        }

        html.Append("</table>");
    }

    private static ChartBar[] Bars(
        SummaryLine[] lines, Func<SummaryLine, double> figure, string prefix = "") =>
    [
        .. lines.Select(l => new ChartBar(
            prefix + l.Server.Title, figure(l), ServerColours.Of(l.Server))),
    ];

    private static void AppendTable(StringBuilder html, SummaryLine[] lines, bool hasEarlier)
    {
        string last = hasEarlier ? "<th>to earlier</th>" : "";
        html.Append(CultureInfo.InvariantCulture, $"""
            <table><tr><th>Server</th><th>requests/s</th><th>CPU us/request</th><th>p50 us</th>
            <th>p99 us</th><th>p99.9 us</th><th>resident MiB</th><th>ratio</th>{last}</tr>
            """);
        foreach (SummaryLine line in lines)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(line.Server.Title)}</td><td>{line.Rate:N0}</td>
                <td>{line.Cpu:F3}</td><td>{line.P50:N0}</td><td>{line.P99:N0}</td>
                <td>{line.P999:N0}</td><td>{line.Resident / BytesPerMiB:N0}</td>
                {Ratios(line, hasEarlier)}</tr>
                """);
        }

        html.Append("</table>");
    }

    private static void AppendIdleTable(StringBuilder html, SummaryLine[] lines, bool hasEarlier)
    {
        string last = hasEarlier ? "<th>to earlier</th>" : "";
        html.Append(CultureInfo.InvariantCulture, $"""
            <table><tr><th>Server</th><th>bytes each</th><th>resident MiB</th><th>ratio</th>{last}
            </tr>
            """);
        foreach (SummaryLine line in lines)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(line.Server.Title)}</td><td>{line.BytesPerConnection:N0}</td>
                <td>{line.Resident / BytesPerMiB:N0}</td>{Ratios(line, hasEarlier)}</tr>
                """);
        }

        html.Append("</table>");
    }

    private static string Ratios(SummaryLine line, bool hasEarlier) =>
        $"<td>{Ratio(line.AgainstBaseline)}</td>"
        + (hasEarlier ? $"<td>{Ratio(line.AgainstEarlier)}</td>" : "");

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

    private static ChartLine[] Curves(SummaryLine[] lines, Func<SummaryLine, double> figure)
    {
        BenchServer[] servers =
        [
            .. lines.Where(l => IsGrowth(l.Row)).Select(l => l.Server).Distinct(),
        ];
        return
        [
            .. servers.Select(server => new ChartLine(
                server.Title,
                ServerColours.Of(server),
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
