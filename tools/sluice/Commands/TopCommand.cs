using System.CommandLine;
using System.Globalization;
using System.Text;
using Sluice.Diagnostics;
using Sluice.Tool.Top;

namespace Sluice.Tool.Commands;

/// <summary><c>sluice top</c>: what a running server does.</summary>
internal static class TopCommand
{
    private const double IntervalMin = 0.1;
    private const double IntervalMax = 3600;
    private const int PlainWidth = 140;

    private const string Notes = """
        A process is read through the diagnostics of the .NET runtime: it must be of the same
        user, and nothing has to be set up in it. An address is that of a dashboard
        (app.MapSluiceDashboard, or sluice serve --dashboard), http://host:port/sluice.

        Without a terminal each interval is a block of text; --json writes a line of JSON for
        each, whose counters only grow.

        """;

    public static Command Create()
    {
        var command = new Command("top", "Shows live what a running server does.");
        Argument<string> target = new("TARGET")
        {
            Description = "The id of a process, or the address of a dashboard.",
        };
        Option<double> interval = new("--interval")
        {
            Description = "Seconds between two looks.",
            DefaultValueFactory = static _ => 1,
        };
        interval.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(
                    result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value)
                && value is not (>= IntervalMin and <= IntervalMax))
            {
                result.AddError("--interval must be from 0.1 to 3600.");
            }
        });
        Option<bool> once = new("--once") { Description = "Shows one interval and ends." };
        Option<bool> json = new("--json") { Description = "Writes JSON, one object per line." };
        command.Arguments.Add(target);
        command.Options.Add(interval);
        command.Options.Add(once);
        command.Options.Add(json);
        command.Options.Add(HelpWithNotes.Create(Notes));
        command.SetAction((arguments, _) => RunAsync(
            SourceOf(arguments.GetValue(target)!),
            TimeSpan.FromSeconds(arguments.GetValue(interval)),
            arguments.GetValue(once),
            arguments.GetValue(json)));
        return command;
    }

    private static ITopSource SourceOf(string target)
    {
        if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return new ProcessTopSource(id);
        if (Uri.TryCreate(target, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return new HttpTopSource(address);
        }

        throw new UserErrorException(
            $"\"{target}\" is neither the id of a process nor an address "
            + "(http://host:port/sluice).");
    }

    private static async Task<int> RunAsync(
        ITopSource source, TimeSpan interval, bool once, bool json)
    {
        using var termination = new Termination();
        using var ended = new CancellationTokenSource();
        _ = termination.Requested.ContinueWith(
            _ => ended.CancelAsync(), TaskScheduler.Default);
        bool isTerminal = !json && !once && !Console.IsOutputRedirected;
        TopScreen? screen = null;
        SluiceSnapshot? before = null;
        try
        {
            await foreach (SluiceSnapshot now in source.WatchAsync(interval, ended.Token))
            {
                if (json)
                {
                    Console.WriteLine(Encoding.UTF8.GetString(now.ToJson()));
                }
                else if (before is not null)
                {
                    screen ??= isTerminal ? new TopScreen(Console.Out) : null;
                    Show(new TopRates(before, now), screen);
                }

                if (once && (json || before is not null))
                    break;
                before = now;
            }
        }
        finally
        {
            screen?.Dispose();
        }

        return 0;
    }

    private static void Show(TopRates rates, TopScreen? screen)
    {
        if (screen is null)
            Console.WriteLine(TopPage.Draw(rates, PlainWidth, isTerminal: false));
        else
            screen.Show(TopPage.Draw(rates, Math.Max(Console.WindowWidth, 40), isTerminal: true));
    }
}
