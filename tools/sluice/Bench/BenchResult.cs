namespace Sluice.Tool.Bench;

/// <summary>All of one run, as it is written and read again.</summary>
/// <param name="Machine">Where it was.</param>
/// <param name="Started">When it was, in UTC.</param>
/// <param name="Rounds">How often each server was measured.</param>
/// <param name="SecondsPerLoad">How long, each time.</param>
/// <param name="Measurements">In the order in which they were made.</param>
/// <param name="Notes">What was left out, and why.</param>
internal sealed record BenchResult(
    MachineDescription Machine,
    DateTime Started,
    int Rounds,
    int SecondsPerLoad,
    IReadOnlyList<Measurement> Measurements,
    IReadOnlyList<string> Notes)
{
    /// <summary>The median over the rounds, or null if the server was not measured.</summary>
    public double? Median(string row, string server, Func<Measurement, double> figure)
    {
        double[] values =
        [
            .. Measurements
                .Where(m => m.Row == row && m.Server == server)
                .Select(figure)
                .Order(),
        ];
        return values.Length switch
        {
            0 => null,
            int length when length % 2 == 1 => values[length / 2],
            int length => (values[(length / 2) - 1] + values[length / 2]) / 2,
        };
    }
}
