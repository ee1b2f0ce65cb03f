using System.Globalization;
using Spectre.Console;

namespace Sluice.Tool.Bench.Report;

/// <summary>The medians as a table on the terminal.</summary>
internal static class TextReport
{
    private const int WidthInFiles = 140;

    public static void Write(BenchResult result, BenchResult? earlier)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = WidthInFiles;
        AnsiConsole.WriteLine(result.Machine.ToString());
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Load", "Server", "requests/s", "CPU us/request", "p50 us", "p99 us", "ratio");
        if (earlier is not null)
            table.AddColumn("to earlier");
        foreach (SummaryLine line in BenchSummary.Lines(result, earlier))
            table.AddRow([.. Cells(line, earlier is not null)]);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            "ratio: work per CPU second against Kestrel on sockets; of raw handlers, against C; of "
            + "files, memory and channels, against the last of their row.");
        foreach (string note in result.Notes)
            AnsiConsole.WriteLine(note);
    }

    private static IEnumerable<string> Cells(SummaryLine line, bool hasEarlier)
    {
        yield return Markup.Escape(line.Row.Title);
        yield return Markup.Escape(line.Server.Title);
        if (line.Row.IsIdle || line.ValueText is not null)
        {
            yield return line.ValueText ?? Number(line.BytesPerConnection, "N0") + " bytes each";
            yield return "";
            yield return "";
            yield return "";
        }
        else
        {
            yield return Number(line.Rate, "N0");
            yield return Number(line.Cpu, "F3");
            yield return Number(line.P50, "N0");
            yield return Number(line.P99, "N0");
        }

        yield return Number(line.AgainstBaseline, "F2");
        if (hasEarlier)
            yield return Number(line.AgainstEarlier, "F2");
    }

    private static string Number(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
