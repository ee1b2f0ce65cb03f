using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Tool.Bench;

/// <summary>
/// A run on a terminal: a bar, what is measured now, and the figures so far. Where there is no
/// terminal, one line for each measurement.
/// </summary>
internal sealed class BenchScreen(BenchSettings settings) : IBenchScreen
{
    private const int BarWidth = 40;
    private readonly int _total = settings.Rounds * settings.Rows.Sum(r => r.Servers.Length);
    private readonly List<Measurement> _measurements = [];
    private LiveDisplayContext? _live;
    private string _now = "";

    /// <summary>Runs with this screen.</summary>
    public static BenchResult Run(
        BenchSettings settings, Func<IBenchScreen, BenchResult> run)
    {
        var screen = new BenchScreen(settings);
        if (!AnsiConsole.Profile.Capabilities.Interactive)
            return run(screen);
        return AnsiConsole.Live(screen.Draw()).AutoClear(true).Start(live =>
        {
            screen._live = live;
            return run(screen);
        });
    }

    public void OnBegin(BenchRow row, BenchServer server, int round)
    {
        _now = $"round {round} of {settings.Rounds}: {row.Title}, {server.Title}";
        _live?.UpdateTarget(Draw());
    }

    public void OnMeasured(Measurement measurement)
    {
        _measurements.Add(measurement);
        if (_live is null)
            AnsiConsole.WriteLine(Describe(measurement));
        else
            _live.UpdateTarget(Draw());
    }

    private static string Describe(Measurement m)
    {
        string figure = UnitOf(m) is { } unit
            ? $"{m.Value.ToString(unit.Format, CultureInfo.InvariantCulture)} {unit.Name}"
            : m.BytesPerConnection > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{m.BytesPerConnection:N0} bytes each")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{m.RequestsPerSecond:N0}/s, {m.CpuPerRequest:F3} us CPU, p99 {m.P99:N0} us");
        return $"round {m.Round}: {m.Row}, {m.Server}: {figure}";
    }

    private static BenchUnit? UnitOf(Measurement m) =>
        BenchRows.All.First(r => r.Name == m.Row).Unit;

    private Rows Draw()
    {
        int done = _measurements.Count * BarWidth / Math.Max(_total, 1);
        string bar = new string('█', done) + new string('░', BarWidth - done);
        List<IRenderable> lines =
        [
            new Text($"{bar} {_measurements.Count} of {_total}"),
            new Text(_now),
        ];
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Row", "Server", "requests/s", "CPU us/request", "p99 us");
        foreach (Measurement m in _measurements.TakeLast(12))
        {
            if (UnitOf(m) is not null)
            {
                table.AddRow(m.Row, m.Server, Describe(m).Split(": ")[^1], "", "");
                continue;
            }

            table.AddRow(
                m.Row,
                m.Server,
                m.RequestsPerSecond.ToString("N0", CultureInfo.InvariantCulture),
                m.CpuPerRequest.ToString("F3", CultureInfo.InvariantCulture),
                m.P99.ToString("N0", CultureInfo.InvariantCulture));
        }

        lines.Add(table);
        return new Rows(lines);
    }
}
