using System.Globalization;
using Sluice.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Tool.Top;

/// <summary>The figures as a page of text.</summary>
internal static class TopPage
{
    private static readonly string[] s_columns =
    [
        "Reactor", "Conns", "Acc/s", "In", "Out", "Ops", "Compl/s", "/turn", "Wakes/s",
        "Held/ready/most", "Starved", "Heaps",
    ];

    /// <summary>Draws a page.</summary>
    /// <param name="rates">Two snapshots.</param>
    /// <param name="width">The most columns of text.</param>
    /// <param name="isTerminal">Whether there may be colours.</param>
    public static string Draw(TopRates rates, int width, bool isTerminal)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        console.Write(Page(rates));
        return text.ToString();
    }

    private static Rows Page(TopRates rates)
    {
        SluiceSnapshot now = rates.Now;
        string engine = now.Engine switch
        {
            "uring" => "io_uring",
            "" => "none",
            _ => now.Engine,
        };
        List<IRenderable> parts =
        [
            new Text(
                $"{now.ProcessName} (process {now.ProcessId}), engine {engine}, "
                + $"up {TopFormat.Duration(now.UptimeSeconds)}, processor "
                + TopFormat.Percent(rates.Of(static s => s.ProcessorSeconds))),
            Summary(rates),
        ];
        if (now.Reactors.Count != 0)
            parts.Add(Reactors(rates));
        if (now is { Engine: "sockets", Accepted: 0 })
        {
            parts.Add(new Text(
                "Kestrel's own sockets carry the connections; their figures are in its meter."));
        }

        return new Rows(parts);
    }

    private static Grid Summary(TopRates rates)
    {
        SluiceSnapshot now = rates.Now;
        Grid grid = new Grid().AddColumns(6);
        grid.AddRow(
            "requests", TopFormat.Count(rates.Of(static s => s.Requests)) + "/s",
            "connections", TopFormat.Count(now.Connections),
            "resident", TopFormat.Bytes(now.ResidentBytes));
        grid.AddRow(
            "in", TopFormat.BytesPerSecond(rates.Of(static s => s.BytesReceived)),
            "accepted", TopFormat.Count(rates.Of(static s => s.Accepted)) + "/s",
            "heaps", $"{TopFormat.Bytes(now.HeapBytes)}, {now.HeapSlabs} slabs");
        grid.AddRow(
            "out", TopFormat.BytesPerSecond(rates.Of(static s => s.BytesSent)),
            "aborted", TopFormat.Count(now.Aborted),
            "pools", TopFormat.Bytes(now.PoolBytes));
        grid.AddRow(
            "messages", TopFormat.Count(rates.Of(static s => s.MessagesWritten)) + "/s out, "
                + TopFormat.Count(rates.Of(static s => s.MessagesRead)) + "/s in",
            "failed", TopFormat.Count(now.Failed),
            "channels", $"{now.ChannelPeers} peers, {now.ChannelFaults} faults");
        return grid;
    }

    private static Table Reactors(TopRates rates)
    {
        Table table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < s_columns.Length; i++)
        {
            var column = new TableColumn(s_columns[i]) { NoWrap = true };
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        bool areSeveral =
            rates.Now.Reactors.Select(static reactor => reactor.Runtime).Distinct().Count() > 1;
        foreach (ReactorSnapshot reactor in rates.Now.Reactors)
        {
            double turns = rates.Of(reactor, static r => r.Turns);
            double completions = rates.Of(reactor, static r => r.Completions);
            table.AddRow(
                areSeveral ? $"{reactor.Runtime}/{reactor.Index}" : $"{reactor.Index}",
                TopFormat.Count(reactor.Connections),
                TopFormat.Count(rates.Of(reactor, static r => r.Accepted)),
                TopFormat.BytesPerSecond(rates.Of(reactor, static r => r.BytesReceived)),
                TopFormat.BytesPerSecond(rates.Of(reactor, static r => r.BytesSent)),
                TopFormat.Count(reactor.Operations),
                TopFormat.Count(completions),
                TopFormat.Ratio(turns > 0 ? completions / turns : 0),
                TopFormat.Count(rates.Of(reactor, static r => r.Wakeups)),
                $"{reactor.BufferRingHeld}/{reactor.BufferRingDepth}/{reactor.BufferRingSize}",
                TopFormat.Count(reactor.BufferRingStarvations),
                TopFormat.Bytes(reactor.HeapBytes));
        }

        return table;
    }
}
