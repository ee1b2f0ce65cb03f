using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Tool.Bench.Report;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak.Report;

/// <summary>A soak as one HTML file that refers to nothing else.</summary>
internal static class SoakHtmlReport
{
    private const double BytesPerMiB = 1024 * 1024;
    private const double SecondsPerMinute = 60;
    private const int PointsMax = 240;
    private const int RowsMax = 50;
    private const string Blue = "#2563eb";
    private const string Teal = "#0f766e";
    private const string Amber = "#d99a2b";
    private const string Grey = "#8b93a1";
    private const string Red = "#dc2626";

    private const string Style = """
        .passed { color: #15803d; } .failed { color: #dc2626; font-weight: 600; }
        td:nth-child(n+2).text { text-align: left; }
        """;

    public static string Create(SoakResult result)
    {
        var html = new StringBuilder();
        string verdict = SoakFigures.Verdict(result.IsPassed);
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Sluice, soaked</title>
            <style>{HtmlReport.Style}{Style}</style>
            <h1>Sluice, soaked: <span class="{verdict}">{verdict}</span></h1>
            <p>{Encode(result.Machine.ToString())}<br>
            {result.Started:yyyy-MM-dd HH:mm} UTC, <code>{Encode(result.Command)}</code></p>
            """);
        if (result.EndedEarly)
            html.Append("<p class=\"note\">It was ended before its time.</p>");
        foreach (SoakServerResult server in result.Servers)
            Append(html, server);
        return html.Append("</html>\n").ToString();
    }

    private static void Append(StringBuilder html, SoakServerResult server)
    {
        html.Append(CultureInfo.InvariantCulture, $"""
            <h2>{Encode(server.Title)}</h2>
            <p>{Encode(SoakFigures.Load(server))} {Encode(SoakFigures.Faults(server))}</p>
            <table><tr><th>Rule</th><th></th><th>Figures</th></tr>
            """);
        foreach (RuleResult rule in server.Rules)
        {
            string word = SoakFigures.Word(rule.Outcome);
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(rule.Rule)}</td>
                <td class="{word.ToLowerInvariant()}">{word}</td>
                <td class="text">{Encode(rule.Text)}</td></tr>
                """);
        }

        html.Append("</table>");
        AppendPlots(html, server);
        AppendTables(html, server);
    }

    private static void AppendPlots(StringBuilder html, SoakServerResult server)
    {
        SoakSample[] samples = Thin(server.Samples);
        if (samples.Length < 2)
            return;

        double mark = server.WarmUpSeconds / SecondsPerMinute;
        ChartLine Line(string label, string colour, Func<SoakSample, double> read) => new(
            label, colour, [.. samples.Select(s => (s.Seconds / SecondsPerMinute, read(s)))]);
        ChartLine Rate(string label, string colour, Func<SoakSample, double> read) => new(
            label,
            colour,
            [
                .. samples.Zip(samples.Skip(1)).Select(pair => (
                    pair.Second.Seconds / SecondsPerMinute,
                    (read(pair.Second) - read(pair.First))
                        / (pair.Second.Seconds - pair.First.Seconds))),
            ]);
        void Plot(string title, string format, params ChartLine[] lines) => html
            .Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{title}</p>")
            .Append(SvgChart.OverTime(lines, format, mark));

        Plot(
            "Memory, MiB, over minutes. The dashed line is the end of the warm-up.",
            "N0",
            Line("resident", Blue, static s => s.Resident / BytesPerMiB),
            Line("managed, from the system", Grey, static s => s.ManagedCommitted / BytesPerMiB),
            Line("managed, after collection", Amber, static s => s.ManagedHeap / BytesPerMiB),
            Line("slabs of Sluice", Teal, static s => s.SlabBytes / BytesPerMiB));
        Plot(
            "Descriptors and connections.",
            "N0",
            Line("descriptors", Blue, static s => s.Descriptors),
            Line("connections, server", Teal, static s => s.ServerConnections),
            Line("connections, load", Amber, static s => s.Connections));
        Plot("Threads.", "N0", Line("threads", Blue, static s => s.Threads));
        Plot(
            "Receive buffers.",
            "N0",
            Line("with memory", Blue, static s => s.RingBuffers),
            Line("held by readers", Amber, static s => s.RingHeld));
        Plot("Requests per second.", "N0", Rate("requests", Blue, static s => s.Requests));
        Plot("MiB checked per second.", "N0", Rate("bytes", Blue, s => s.Bytes / BytesPerMiB));
        Plot(
            "Wrong bytes and failures so far.",
            "N0",
            Line("wrong bytes", Red, static s => s.Corrupted),
            Line("failures", Amber, static s => s.Failures));
    }

    private static void AppendTables(StringBuilder html, SoakServerResult server)
    {
        html.Append("""
            <table><tr><th>Activity</th><th>completed</th><th>cut by a fault</th>
            <th>failed</th></tr>
            """);
        foreach (ActivityReport activity in server.Activities)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{Encode(activity.Name)}</td><td>{activity.Completed:N0}</td>
                <td>{activity.Broken:N0}</td><td>{activity.Failed:N0}</td></tr>
                """);
        }

        html.Append("</table>");
        foreach (SoakIncident incident in server.Incidents.Take(RowsMax))
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <p class="note">{incident.Seconds:F1} s, {Encode(incident.Activity)}:
                {Encode(incident.Text)}</p>
                """);
        }

        foreach (string line in server.ErrorLines.Take(RowsMax))
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"note\">The server wrote: {Encode(line)}</p>");
        }
    }

    // So few that the file stays small.
    private static SoakSample[] Thin(IReadOnlyList<SoakSample> samples)
    {
        int step = Math.Max(1, (samples.Count + PointsMax - 1) / PointsMax);
        return [.. samples.Where((_, i) => i % step == 0 || i == samples.Count - 1)];
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
