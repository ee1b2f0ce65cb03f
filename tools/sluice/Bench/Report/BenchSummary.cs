namespace Sluice.Tool.Bench.Report;

/// <summary>The medians of a run, one line for each server of each row.</summary>
internal static class BenchSummary
{
    /// <summary>All lines, in the order of the rows.</summary>
    /// <param name="result">The run.</param>
    /// <param name="earlier">Another run to compare with, or null.</param>
    public static IEnumerable<SummaryLine> Lines(BenchResult result, BenchResult? earlier)
    {
        foreach (BenchRow row in BenchRows.All)
        {
            foreach (BenchServer server in row.Servers)
            {
                if (Summarize(result, earlier, row, server) is { } line)
                    yield return line;
            }
        }
    }

    private static SummaryLine? Summarize(
        BenchResult result, BenchResult? earlier, BenchRow row, BenchServer server)
    {
        double? Median(Func<Measurement, double> figure) =>
            result.Median(row.Name, server.Name, figure);

        if (Median(static m => m.RequestsPerSecond) is not { } rate)
            return null;
        return new SummaryLine(
            row,
            server,
            rate,
            Median(static m => m.CpuPerRequest)!.Value,
            Median(static m => m.RequestsPerCpuSecond)!.Value,
            Median(static m => m.P50)!.Value,
            Median(static m => m.P99)!.Value,
            Median(static m => m.P999)!.Value,
            Median(static m => m.ResidentBytes)!.Value,
            Median(static m => m.BytesPerConnection)!.Value,
            Against(result, result, row, server, row.Baseline ?? Baseline(server)),
            earlier is null ? null : Against(result, earlier, row, server, server))
        {
            Value = Median(static m => m.Value)!.Value,
        };
    }

    // Kestrel is compared with Kestrel's own transport; a raw handler with plain C.
    private static BenchServer Baseline(BenchServer server) =>
        server.IsKestrel ? BenchServer.KestrelSockets : BenchServer.PlainC;

    // How much more one does per CPU second, how much quicker it is, or how much less memory it
    // takes.
    private static double? Against(
        BenchResult result,
        BenchResult other,
        BenchRow row,
        BenchServer server,
        BenchServer against)
    {
        Func<Measurement, double> figure = row switch
        {
            { Unit.IsTime: true } => static m => 1 / m.Value,
            { Unit: not null } => static m => m.Value,
            { IsIdle: true } => static m => 1 / m.BytesPerConnection,
            _ => static m => m.RequestsPerCpuSecond,
        };
        return result.Median(row.Name, server.Name, figure)
            / other.Median(row.Name, against.Name, figure);
    }
}
