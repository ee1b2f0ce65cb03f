using System.CommandLine;
using System.Text.Json;
using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Figures;
using Sluice.Tool.Bench.Figures.Memory;
using Sluice.Tool.Bench.Figures.Messages;

namespace Sluice.Tool.Commands;

/// <summary>
/// <c>sluice figure</c>: one row of memory or of messages, in a process of its own. The bench
/// starts it; a person would find its output bare.
/// </summary>
internal static class FigureCommand
{
    private static readonly Argument<string> Name = new("row");
    private static readonly Option<int> Seconds = new("--seconds")
    {
        DefaultValueFactory = static _ => 1,
    };

    private static readonly Option<int> PeerCpu = new("--peer-cpu");
    private static readonly Option<string?> Peer = new("--join");

    public static Command Create()
    {
        var command = new Command("figure", "One row of the bench that is about no server.")
        {
            Name, Seconds, PeerCpu, Peer,
        };
        command.Hidden = true;
        command.SetAction(static arguments => Run(arguments));
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string name = arguments.GetValue(Name)!;
        if (!OperatingSystem.IsLinux())
            throw new UserErrorException("Memory and messages are measured on Linux only.");
        if (arguments.GetValue(Peer) is { } peer)
        {
            MessageFigures.Join(peer);
            return 0;
        }

        var time = TimeSpan.FromSeconds(arguments.GetValue(Seconds));
        Dictionary<string, double> figures;
        if (MessageFigures.Has(name))
        {
            BenchRow row = BenchRows.All.Single(r => r.Name == name);
            figures = MessageFigures.Measure(row, time, arguments.GetValue(PeerCpu));
        }
        else
        {
            using var memory = new MemoryFigures();
            figures = FigureTimer.Measure(memory.Create(name), time);
        }

        Console.WriteLine(
            JsonSerializer.Serialize(figures, FigureJson.Default.DictionaryStringDouble));
        return 0;
    }
}
