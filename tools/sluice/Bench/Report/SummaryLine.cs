using System.Globalization;

namespace Sluice.Tool.Bench.Report;

/// <summary>Medians of one server in one row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Server">The server.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="Cpu">The server's CPU time per request, in microseconds.</param>
/// <param name="PerCpuSecond">Requests per second of CPU time.</param>
/// <param name="P50">In microseconds.</param>
/// <param name="P99">In microseconds.</param>
/// <param name="P999">In microseconds.</param>
/// <param name="Resident">Bytes resident.</param>
/// <param name="BytesPerConnection">Bytes resident per idle connection, or 0.</param>
/// <param name="AgainstBaseline">
/// Work per CPU second, or connections per byte, divided by that of the server to beat; null if
/// that was not measured.
/// </param>
/// <param name="AgainstEarlier">The same against the earlier run, or null.</param>
internal sealed record SummaryLine(
    BenchRow Row,
    BenchServer Server,
    double Rate,
    double Cpu,
    double PerCpuSecond,
    double P50,
    double P99,
    double P999,
    double Resident,
    double BytesPerConnection,
    double? AgainstBaseline,
    double? AgainstEarlier)
{
    /// <summary>The figure in the unit of the row, if that has one.</summary>
    public double Value { get; init; }

    /// <summary>The same with its unit; null if the row has none.</summary>
    public string? ValueText => Row.Unit is { } unit
        ? $"{Value.ToString(unit.Format, CultureInfo.InvariantCulture)} {unit.Name}"
        : null;
}
