using System.Globalization;
using System.Text;

namespace Sluice.Tool.Bench.Report;

/// <summary>The medians as a table for a document.</summary>
internal static class MarkdownReport
{
    public static string Create(BenchResult result)
    {
        var text = new StringBuilder();
        text.AppendLine("| Load | Server | requests/s | CPU us/request | p99 us | ratio |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (SummaryLine line in BenchSummary.Lines(result, earlier: null))
        {
            string ratio = line.AgainstBaseline is { } value
                ? value.ToString("F2", CultureInfo.InvariantCulture)
                : "-";
            text.AppendLine(line.Row.IsIdle
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Names(line)} | {line.BytesPerConnection:N0} bytes each | | | {ratio} |")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Names(line)} | {line.Rate:N0} | {line.Cpu:F3} | {line.P99:N0} | {ratio} |"));
        }

        return text.ToString();
    }

    private static string Names(SummaryLine line) => $"{line.Row.Title} | {line.Server.Title}";
}
