using Sluice.Tool.Bench.Figures;
using Sluice.Tool.Load;

namespace Sluice.Tool.Bench;

/// <summary>
/// Measures every server of every row, in turn, round after round: what disturbs the machine for
/// a while disturbs all of them.
/// </summary>
internal sealed class BenchRun : IDisposable
{
    // What making so many connections took is given back within seconds, and is not their price.
    private const int IdleSettleMs = 8000;

    private readonly BenchSettings _settings;
    private readonly IBenchScreen _screen;
    private readonly Processors _processors = Processors.Choose();
    private readonly PlainServer _plain = PlainServer.Compile();
    private readonly DirectoryInfo _site = Directory.CreateTempSubdirectory("sluice-site-");
    private readonly List<Measurement> _measurements = [];

    public BenchRun(BenchSettings settings, IBenchScreen screen)
    {
        _settings = settings;
        _screen = screen;
    }

    /// <summary>Runs all of it, or until it is to stop.</summary>
    public BenchResult Run(CancellationToken cancellationToken)
    {
        DateTime started = TimeProvider.System.GetUtcNow().UtcDateTime;
        for (int round = 1; round <= _settings.Rounds; round++)
        {
            foreach (BenchRow row in _settings.Rows)
                RunRow(row, round, cancellationToken);
        }

        string[] notes = _plain.Missing is { } missing
            ? [$"The plain C server was left out: {missing}."]
            : [];
        return new BenchResult(
            MachineDescription.Read(),
            started,
            _settings.Rounds,
            _settings.Seconds,
            _measurements,
            notes);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _site.Delete(recursive: true);
    }

    private void RunRow(BenchRow row, int round, CancellationToken cancellationToken)
    {
        if (row.Unit is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunFigures(row, round);
            return;
        }

        if (row.FileLength > 0)
            SiteFile.Make(_site, row);
        foreach (BenchServer server in row.Servers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (server == BenchServer.PlainC && _plain.Missing is not null)
                continue;
            _screen.OnBegin(row, server, round);
            using ServerProcess process = StartServer(row, server);
            if (row.FileLength > 0)
                SiteFile.Require(process.EndPoint, row, server);
            Measurement measurement = row.IsIdle
                ? MeasureIdle(row, server, process, round)
                : MeasureLoad(row, server, process, round);
            _measurements.Add(measurement);
            _screen.OnMeasured(measurement);
        }
    }

    private void RunFigures(BenchRow row, int round)
    {
        _screen.OnBegin(row, row.Servers[0], round);
        Dictionary<string, double> figures =
            FigureProcess.Run(row, _settings.Seconds, _processors);
        foreach (BenchServer contender in row.Servers)
        {
            var measurement = new Measurement(
                row.Name, contender.Name, round, 0, 0, 0, 0, 0, 0, BytesPerConnection: 0)
            {
                Value = figures[contender.Name],
            };
            _measurements.Add(measurement);
            _screen.OnMeasured(measurement);
        }
    }

    private ServerProcess StartServer(BenchRow row, BenchServer server) =>
        server == BenchServer.PlainC
            ? ServerProcess.Start(_plain, _processors.Server)
            : ServerProcess.Start(server, row.UsesTls, _site.FullName, _processors.Server);

    private Measurement MeasureLoad(
        BenchRow row, BenchServer server, ServerProcess process, int round)
    {
        List<string> arguments =
        [
            .. CommonArguments(row, process),
            "--seconds", LoadProcess.Number(_settings.Seconds),
            "--warm-up", LoadProcess.Number(_settings.WarmUp),
            "--process", LoadProcess.Number(process.Id),
        ];
        if (row.HalfRateOf is { } other)
            arguments.AddRange(["--rate", LoadProcess.Number(HalfRate(other, row.Servers))]);
        LoadReport report = LoadProcess.Run(arguments, _processors.Load);
        return new Measurement(
            row.Name,
            server.Name,
            round,
            report.RequestsPerSecond,
            report.ServerCpu ?? 0,
            report.P50,
            report.P99,
            report.P999,
            process.Resident,
            BytesPerConnection: 0);
    }

    // What a server needs once, for its first connections, is not the price of a connection.
    private Measurement MeasureIdle(
        BenchRow row, BenchServer server, ServerProcess process, int round)
    {
        string[] few = [.. CommonArguments(row with { Connections = 100 }, process)];
        _ = LoadProcess.WhileIdle(few, _processors.Load, static () => 0);
        long before = process.Resident;
        long after = LoadProcess.WhileIdle(CommonArguments(row, process), _processors.Load, () =>
        {
            Thread.Sleep(IdleSettleMs);
            return process.Resident;
        });
        double bytes = (after - before) / (double)row.Connections;
        return new Measurement(row.Name, server.Name, round, 0, 0, 0, 0, 0, after, bytes);
    }

    private static IEnumerable<string> CommonArguments(BenchRow row, ServerProcess process) =>
    [
        $"{row.Scheme}://{process.EndPoint}{row.Path}",
        "--connections", LoadProcess.Number(row.Connections),
        .. row.Load,
    ];

    // The same rate for all of them, one that the slowest can keep up with.
    private int HalfRate(string row, BenchServer[] servers)
    {
        double[] rates =
        [
            .. _measurements
                .Where(m => m.Row == row && m.Round == 1)
                .Where(m => servers.Any(s => s.Name == m.Server))
                .Select(m => m.RequestsPerSecond),
        ];
        return rates.Length == 0
            ? throw new UserErrorException($"The row needs the figures of \"{row}\", too.")
            : (int)(rates.Min() / 2);
    }
}
