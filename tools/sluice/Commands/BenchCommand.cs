using System.CommandLine;
using System.Text.Json;
using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;

namespace Sluice.Tool.Commands;

/// <summary><c>sluice bench</c>: measures Sluice beside others, in one run.</summary>
internal static class BenchCommand
{
    private const int RoundsMax = 1000;
    private const int SecondsMax = 3600;

    private static readonly string Notes = $"""
        The server has one processor and the load another; servers take turns in every round, so
        compare figures of one run only. Every answer is checked. Stop other work first.

        Loads: {string.Join(", ", BenchRows.All.Select(r => r.Name))}
        The part before a hyphen means all that begin with it: memory, channel, file, connections.

        """;

    private static readonly Argument<string[]> Names = new("load")
    {
        Description = "What to measure, by name; all of it by default.",
        DefaultValueFactory = static _ => [],
    };

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "A few loads, three short rounds: less than five minutes.",
    };

    private static readonly Option<int?> Rounds = new("--rounds")
    {
        Description = "How often each server is measured. [default: 5, quick: 3]",
    };

    private static readonly Option<int?> Seconds = new("--seconds")
    {
        Description = "How long each time. [default: 4, quick: 1]",
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "Write all measurements to this file.",
    };

    private static readonly Option<FileInfo?> Html = new("--html")
    {
        Description = "Write a report with plots to this file.",
    };

    private static readonly Option<FileInfo?> Markdown = new("--markdown")
    {
        Description = "Write the medians as a Markdown table to this file.",
    };

    private static readonly Option<FileInfo?> From = new("--from")
    {
        Description = "Measure nothing; report on an earlier run, a file that --json has written.",
    };

    private static readonly Option<FileInfo?> Compare = new("--compare")
    {
        Description = "Compare with an earlier run, a file that --json has written.",
    };

    public static Command Create()
    {
        Rounds.Validators.Add(result => LoadCommand.RequireRange(result, 1, RoundsMax));
        Seconds.Validators.Add(result => LoadCommand.RequireRange(result, 1, SecondsMax));
        var command = new Command("bench", "Measures Sluice beside others, in one run.")
        {
            Names, Quick, Rounds, Seconds, Json, Html, Markdown, From, Compare,
        };
        command.Options.Add(HelpWithNotes.Create(Notes));
        command.SetAction(static (arguments, cancellation) =>
            Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        BenchResult? earlier = Read(arguments.GetValue(Compare));
        BenchResult result =
            Read(arguments.GetValue(From)) ?? Measure(Settings(arguments), cancellationToken);
        TextReport.Write(result, earlier);
        if (arguments.GetValue(Json) is { } json)
        {
            using FileStream file = json.Create();
            JsonSerializer.Serialize(file, result, BenchResultJson.Default.BenchResult);
            file.WriteByte((byte)'\n');
        }

        if (arguments.GetValue(Html) is { } html)
            File.WriteAllText(html.FullName, HtmlReport.Create(result, earlier));
        if (arguments.GetValue(Markdown) is { } markdown)
            File.WriteAllText(markdown.FullName, MarkdownReport.Create(result));
        return 0;
    }

    private static BenchResult Measure(
        BenchSettings settings, CancellationToken cancellationToken) =>
        BenchScreen.Run(settings, screen =>
        {
            using var run = new BenchRun(settings, screen);
            return run.Run(cancellationToken);
        });

    private static BenchSettings Settings(ParseResult arguments)
    {
        bool isQuick = arguments.GetValue(Quick);
        string[] names = arguments.GetValue(Names)!;
        string? unknown = names.FirstOrDefault(n => !BenchRows.All.Any(r => r.IsMeantBy(n)));
        if (unknown is not null)
            throw new UserErrorException($"There is no load \"{unknown}\".");

        BenchRow[] rows =
        [
            .. BenchRows.All.Where(r => names.Length == 0
                ? !isQuick || r.IsQuick
                : names.Any(r.IsMeantBy)),
        ];
        return new BenchSettings(
            rows,
            arguments.GetValue(Rounds) ?? (isQuick ? 3 : 5),
            arguments.GetValue(Seconds) ?? (isQuick ? 1 : 4),
            WarmUp: isQuick ? 1 : 3);
    }

    private static BenchResult? Read(FileInfo? file)
    {
        if (file is null)
            return null;
        try
        {
            using FileStream stream = file.OpenRead();
            return JsonSerializer.Deserialize(stream, BenchResultJson.Default.BenchResult);
        }
        catch (JsonException failure)
        {
            throw new UserErrorException(
                $"{file} is not a result of \"sluice bench --json\".", failure);
        }
    }
}
