using System.Globalization;
using System.Text;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak.Report;

/// <summary>A soak as a document.</summary>
internal static class SoakMarkdownReport
{
    private const double BytesPerMiB = 1024 * 1024;
    private const int RowsMax = 15;

    public static string Create(SoakResult result)
    {
        var text = new StringBuilder();
        string early = result.EndedEarly ? ", ended before its time" : "";
        text.Append(CultureInfo.InvariantCulture, $"""
            # Soak: {SoakFigures.Verdict(result.IsPassed)}{early}

            |  |  |
            |---|---|
            | Date | {result.Started:yyyy-MM-dd HH:mm} UTC |
            | Processor | {result.Machine.Processor}, {result.Machine.Processors} CPUs |
            | Kernel | {result.Machine.Kernel} |
            | Runtime | {result.Machine.Runtime} |
            | Command | `{result.Command}` |

            """);
        foreach (SoakServerResult server in result.Servers)
            Append(text, server);
        return text.ToString();
    }

    private static void Append(StringBuilder text, SoakServerResult server)
    {
        text.Append(CultureInfo.InvariantCulture, $"""

            ## {server.Title}

            {SoakFigures.Load(server)} {SoakFigures.Faults(server)}

            | Rule | | Figures |
            |---|---|---|

            """);
        foreach (RuleResult rule in server.Rules)
        {
            text.AppendLine(
                $"| {rule.Rule} | {SoakFigures.Word(rule.Outcome)} | {Cell(rule.Text)} |");
        }

        AppendSamples(text, server.Samples);
        text.Append("\n| Activity | completed | cut by a fault | failed |\n|---|---|---|---|\n");
        foreach (ActivityReport a in server.Activities)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {a.Name} | {a.Completed:N0} | {a.Broken:N0} | {a.Failed:N0} |");
        }

        foreach (SoakIncident incident in server.Incidents.Take(RowsMax))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"\n- {incident.Seconds:F1} s, {incident.Activity}: {Cell(incident.Text)}");
        }

        foreach (string line in server.ErrorLines.Take(RowsMax))
            text.AppendLine($"\n- The server wrote: `{line.Replace('`', '\'')}`");
    }

    private static void AppendSamples(StringBuilder text, IReadOnlyList<SoakSample> samples)
    {
        string[] columns =
        [
            "minute", "requests/s", "connections", "descriptors", "threads", "resident MiB",
            "managed MiB", "slabs MiB", "buffers",
        ];
        text.Append(CultureInfo.InvariantCulture, $"\n| {string.Join(" | ", columns)} |\n");
        text.AppendLine(string.Concat(Enumerable.Repeat("|---", columns.Length)) + "|");
        int step = Math.Max(1, (samples.Count - 1) / RowsMax);
        for (int i = step; i < samples.Count; i += step)
        {
            SoakSample now = samples[i];
            SoakSample before = samples[i - step];
            double rate = (now.Requests - before.Requests) / (now.Seconds - before.Seconds);
            text.Append(CultureInfo.InvariantCulture, $"| {now.Seconds / 60:F1} | {rate:N0} ")
                .Append(CultureInfo.InvariantCulture, $"| {now.Connections:N0} ")
                .Append(CultureInfo.InvariantCulture, $"| {now.Descriptors:N0} | {now.Threads} ")
                .Append(CultureInfo.InvariantCulture, $"| {now.Resident / BytesPerMiB:F1} ")
                .Append(CultureInfo.InvariantCulture, $"| {now.ManagedHeap / BytesPerMiB:F1} ")
                .Append(CultureInfo.InvariantCulture, $"| {now.SlabBytes / BytesPerMiB:F1} ")
                .AppendLine(CultureInfo.InvariantCulture, $"| {now.RingBuffers:N0} |");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
