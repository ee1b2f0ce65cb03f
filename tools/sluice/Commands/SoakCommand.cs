using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Tool.Bench;
using Sluice.Tool.Soak;
using Sluice.Tool.Soak.Report;

namespace Sluice.Tool.Commands;

/// <summary><c>sluice soak</c>: a server under a mixed load with faults, watched.</summary>
internal static class SoakCommand
{
    private const double MinutesMin = 0.05;
    private const double MinutesMax = 100_000;
    private const int ConnectionsMax = 100_000;
    private const int BusyDefault = 64;
    private const string Both = "both";

    private const string Notes = """
        Clients connect shortly and for long, pipeline, upload, download, read and write slowly,
        half-close, abort, fall silent, speak WebSocket. Every byte that comes back is checked.
        Faults: connections are reset, the server is stopped and continued, many connect at once.
        The server is looked at every second. It ends with 0 if descriptors, threads and memory
        have not grown, no byte was wrong, and nothing failed that the load did not cause.

        """;

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "How long the load is. With less than seven, memory is not judged.",
        DefaultValueFactory = static _ => 10,
    };

    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "How many connections at a time.",
        DefaultValueFactory = static _ => BusyDefault,
    };

    private static readonly Option<int?> Busy = new("--busy")
    {
        Description =
            "How many of them keep the server working; the others are idle or slow. "
            + $"[default: {BusyDefault}]",
    };

    private static readonly Option<string> Servers = new("--server")
    {
        Description = "sluice echo, sluice serve, or both with half of the connections each.",
        DefaultValueFactory = static _ => SoakServer.AspNetCoreName,
    };

    private static readonly Option<string> Faults = new("--faults")
    {
        Description = "Whether there are faults.",
        DefaultValueFactory = static _ => "on",
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "What decides what clients do, and when there are faults.",
        DefaultValueFactory = static _ => 1,
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "Write all figures to this file.",
    };

    private static readonly Option<FileInfo?> Html = new("--html")
    {
        Description = "Write a report with plots to this file.",
    };

    private static readonly Option<FileInfo?> Markdown = new("--markdown")
    {
        Description = "Write a report as Markdown to this file.",
    };

    public static Command Create()
    {
        Servers.AcceptOnlyFromAmong(SoakServer.RawName, SoakServer.AspNetCoreName, Both);
        Faults.AcceptOnlyFromAmong("on", "off");
        Connections.Validators.Add(
            result => LoadCommand.RequireRange(result, 1, ConnectionsMax));
        Busy.Validators.Add(result => LoadCommand.RequireRange(result, 0, ConnectionsMax));
        Minutes.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(
                    result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value)
                && value is not (>= MinutesMin and <= MinutesMax))
            {
                result.AddError($"--minutes must be from {MinutesMin} to {MinutesMax}.");
            }
        });
        var options = new CommonOptions(defaultPort: null);
        var command = new Command("soak", "Loads a server with everything, and watches it.")
        {
            Minutes, Connections, Busy, Servers, Faults, Seed, Html, Json, Markdown,
        };
        options.AddTo(command);
        command.Options.Add(HelpWithNotes.Create(Notes));
        command.SetAction((arguments, _) => RunAsync(arguments, options.Read(arguments)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, ServerSettings server)
    {
        DirectoryInfo site = Directory.CreateTempSubdirectory("sluice-site-");
        try
        {
            SoakServer[] servers = Choose(arguments.GetValue(Servers)!, server, site.FullName);
            int connections = Share(arguments.GetValue(Connections), servers.Length);
            DescriptorLimit.Require(arguments.GetValue(Connections));
            var settings = new SoakSettings
            {
                Duration = TimeSpan.FromMinutes(arguments.GetValue(Minutes)),
                Connections = connections,
                Busy = Math.Min(
                    connections,
                    Share(arguments.GetValue(Busy) ?? BusyDefault, servers.Length)),
                Seed = arguments.GetValue(Seed),
                HasFaults = arguments.GetValue(Faults) == "on",
            };
            SoakResult result = await SoakAsync(settings, servers, arguments);
            SoakTextReport.Write(result);
            await WriteAsync(result, arguments);
            return result.IsPassed ? 0 : 1;
        }
        finally
        {
            site.Delete(recursive: true);
        }
    }

    private static SoakServer[] Choose(string which, ServerSettings settings, string site) =>
        which switch
        {
            SoakServer.RawName => [SoakServer.Raw(settings)],
            Both => [SoakServer.Raw(settings), SoakServer.AspNetCore(settings, site)],
            _ => [SoakServer.AspNetCore(settings, site)],
        };

    private static int Share(int count, int servers) => (count + servers - 1) / servers;

    private static async Task<SoakResult> SoakAsync(
        SoakSettings settings, SoakServer[] servers, ParseResult arguments)
    {
        DateTime started = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var termination = new Termination();
        using var ended = new CancellationTokenSource();
        _ = termination.Requested.ContinueWith(_ => ended.CancelAsync(), TaskScheduler.Default);
        SoakServerResult[] results = await SoakScreen.RunAsync(settings, servers, screen =>
            Task.WhenAll(servers.Select(server =>
                new SoakRun(settings, server, screen).RunAsync(ended.Token))));
        return new SoakResult(
            MachineDescription.Read(),
            started,
            string.Join(' ', ["sluice", .. arguments.Tokens.Select(static t => t.Value)]),
            termination.Requested.IsCompleted,
            results);
    }

    private static async Task WriteAsync(SoakResult result, ParseResult arguments)
    {
        if (arguments.GetValue(Json) is { } json)
        {
            await using FileStream file = json.Create();
            await JsonSerializer.SerializeAsync(
                file, result, SoakResultJson.Default.SoakResult);
            file.WriteByte((byte)'\n');
        }

        if (arguments.GetValue(Html) is { } html)
            await File.WriteAllTextAsync(html.FullName, SoakHtmlReport.Create(result));
        if (arguments.GetValue(Markdown) is { } markdown)
        {
            await File.WriteAllTextAsync(
                markdown.FullName, SoakMarkdownReport.Create(result));
        }
    }
}
