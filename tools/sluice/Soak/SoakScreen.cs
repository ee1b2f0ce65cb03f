using System.Globalization;
using Sluice.Tool.Soak.Watching;
using Sluice.Tool.Top;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Tool.Soak;

/// <summary>
/// A soak on a terminal: a bar, and the figures of each server, live. Where there is no terminal,
/// a line now and then.
/// </summary>
internal sealed class SoakScreen(SoakSettings settings, IReadOnlyList<SoakServer> servers)
    : ISoakScreen
{
    private const int BarWidth = 40;
    private const int LinesMax = 30;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServerLine> _lines =
        servers.ToDictionary(static s => s.Name, static _ => new ServerLine());

    private LiveDisplayContext? _live;

    /// <summary>Runs with this screen.</summary>
    public static async Task<T> RunAsync<T>(
        SoakSettings settings,
        IReadOnlyList<SoakServer> servers,
        Func<ISoakScreen, Task<T>> run)
    {
        var screen = new SoakScreen(settings, servers);
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return await run(screen);
        return await AnsiConsole.Live(screen.Draw()).AutoClear(true).StartAsync(async live =>
        {
            screen._live = live;
            return await run(screen);
        });
    }

    public void OnPhase(SoakServer server, string phase)
    {
        lock (_lock)
        {
            _lines[server.Name].Phase = phase;
            if (_live is null)
                AnsiConsole.WriteLine($"{server.Title}: {phase}");
            else
                _live.UpdateTarget(Draw());
        }
    }

    public void OnSample(SoakServer server, SoakSample sample)
    {
        lock (_lock)
        {
            ServerLine line = _lines[server.Name];
            if (_live is not null)
            {
                line.Take(sample);
                _live.UpdateTarget(Draw());
            }
            else if (sample.Seconds >= line.NextSeconds)
            {
                line.Take(sample);
                line.NextSeconds =
                    sample.Seconds + Math.Max(1, settings.Duration.TotalSeconds / LinesMax);
                AnsiConsole.WriteLine($"{server.Title}: {Describe(line)}");
            }
        }
    }

    private static string Describe(ServerLine line)
    {
        SoakSample now = line.Now;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Seconds:N0} s: {line.RequestRate:N0} requests/s, ")
            + $"{TopFormat.BytesPerSecond(line.ByteRate)} checked, "
            + $"{now.Connections} connections, {now.Descriptors} descriptors, "
            + $"{now.Threads} threads, {TopFormat.Bytes(now.Resident)} resident, "
            + $"{now.Corrupted} wrong bytes, {now.Failures} failures";
    }

    private Rows Draw()
    {
        double seconds = _lines.Values.Max(static l => l.Now.Seconds);
        double part = Math.Min(1, seconds / settings.Duration.TotalSeconds);
        int done = (int)(part * BarWidth);
        string bar = new string('█', done) + new string('░', BarWidth - done);
        List<IRenderable> parts =
        [
            new Text(
                $"{bar} {TopFormat.Duration(seconds)} of "
                + $"{TopFormat.Duration(settings.Duration.TotalSeconds)}, Ctrl-C ends it"),
        ];
        var table = new Table().Border(TableBorder.Simple).AddColumns(
            "Server", "requests/s", "checked", "connections", "descriptors", "threads",
            "resident", "managed", "slabs", "wrong", "failures");
        foreach (SoakServer server in servers)
        {
            ServerLine line = _lines[server.Name];
            SoakSample now = line.Now;
            table.AddRow(
                Markup.Escape($"{server.Title}: {line.Phase}"),
                TopFormat.Count(line.RequestRate),
                TopFormat.BytesPerSecond(line.ByteRate),
                TopFormat.Count(now.Connections),
                TopFormat.Count(now.Descriptors),
                TopFormat.Count(now.Threads),
                TopFormat.Bytes(now.Resident),
                TopFormat.Bytes(now.ManagedHeap),
                TopFormat.Bytes(now.SlabBytes),
                TopFormat.Count(now.Corrupted),
                TopFormat.Count(now.Failures));
        }

        parts.Add(table);
        return new Rows(parts);
    }

    private sealed class ServerLine
    {
        private SoakSample _before = new();

        public string Phase { get; set; } = "";

        public double NextSeconds { get; set; }

        public SoakSample Now { get; private set; } = new();

        public double RequestRate => Rate(Now.Requests - _before.Requests);

        public double ByteRate => Rate(Now.Bytes - _before.Bytes);

        public void Take(SoakSample sample) => (_before, Now) = (Now, sample);

        private double Rate(long count) =>
            Now.Seconds > _before.Seconds ? count / (Now.Seconds - _before.Seconds) : 0;
    }
}
