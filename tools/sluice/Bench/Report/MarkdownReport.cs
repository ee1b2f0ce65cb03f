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
            string figures = line.ValueText is { } value
                ? $"{value} | |"
                : line.Row.IsIdle
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{line.BytesPerConnection:N0} bytes each | |")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{line.Rate:N0} | {line.Cpu:F3} | {line.P99:N0}");
            string ratio =
                line.AgainstBaseline?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";
            text.AppendLine(
                $"| {line.Row.Title} | {line.Server.Title} | {figures} | {ratio} |");
        }

        return text.ToString();
    }
}
