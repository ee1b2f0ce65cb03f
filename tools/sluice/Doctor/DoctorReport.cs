using Spectre.Console;

namespace Sluice.Tool.Doctor;

/// <summary>Shows findings as a table, and under it what to change.</summary>
internal static class DoctorReport
{
    // Where output is not a terminal it must not be cut to 80 columns.
    private const int RedirectedWidth = 160;

    public static void Write(IReadOnlyCollection<Finding> findings)
    {
        IAnsiConsole console = CreateConsole();
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("", "What", "Found");
        foreach (Finding finding in findings)
        {
            table.AddRow(
                MarkOf(finding.State),
                Markup.Escape(finding.Name),
                Markup.Escape(finding.Detail));
        }

        console.Write(table);
        string[] advice =
            [.. findings.Select(static f => f.Advice).OfType<string>().Distinct()];
        if (advice.Length == 0)
            return;

        console.MarkupLine("[bold]What to change[/]");
        foreach (string line in advice)
            console.MarkupLine("- " + Markup.Escape(line));
    }

    private static IAnsiConsole CreateConsole()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static string MarkOf(FindingState state) => state switch
    {
        FindingState.Good => "[green]ok[/]",
        FindingState.Warning => "[yellow]note[/]",
        _ => "[red]no[/]",
    };
}
