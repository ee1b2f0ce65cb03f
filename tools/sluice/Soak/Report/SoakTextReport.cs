using Sluice.Tool.Soak.Load;
using Spectre.Console;

namespace Sluice.Tool.Soak.Report;

/// <summary>The verdict on the terminal.</summary>
internal static class SoakTextReport
{
    private const int WidthInFiles = 140;

    public static void Write(SoakResult result)
    {
        if (!AnsiConsole.Profile.Out.IsTerminal)
            AnsiConsole.Profile.Width = WidthInFiles;
        AnsiConsole.WriteLine(result.Machine.ToString());
        foreach (SoakServerResult server in result.Servers)
            Write(server);
        if (result.EndedEarly)
            AnsiConsole.WriteLine("It was ended before its time.");
        AnsiConsole.WriteLine($"The soak has {SoakFigures.Verdict(result.IsPassed)}.");
    }

    private static void Write(SoakServerResult server)
    {
        AnsiConsole.WriteLine($"{server.Title}: {SoakFigures.Load(server)}");
        AnsiConsole.WriteLine(SoakFigures.Faults(server));
        var table = new Table().Border(TableBorder.Simple).AddColumns("Rule", "", "Figures");
        foreach (Verdict.RuleResult rule in server.Rules)
        {
            table.AddRow(
                Markup.Escape(rule.Rule),
                SoakFigures.Word(rule.Outcome),
                Markup.Escape(rule.Text));
        }

        AnsiConsole.Write(table);
        foreach (SoakIncident incident in server.Incidents.Take(10))
        {
            AnsiConsole.WriteLine(
                $"{incident.Seconds:F1} s, {incident.Activity}: {incident.Text}");
        }

        foreach (string line in server.ErrorLines.Take(10))
            AnsiConsole.WriteLine($"The server wrote: {line}");
    }
}
