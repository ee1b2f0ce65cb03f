using System.Text.Json.Serialization;

namespace Sluice.Tool.Bench;

/// <summary>What one server did in one round of one row.</summary>
/// <param name="Row">The row's name.</param>
/// <param name="Server">The server's name.</param>
/// <param name="Round">From 1.</param>
/// <param name="RequestsPerSecond">As the load counted; 0 for idle connections.</param>
/// <param name="CpuPerRequest">The server's CPU time, in microseconds.</param>
/// <param name="P50">Half of the exchanges took no longer, in microseconds.</param>
/// <param name="P99">99 of 100.</param>
/// <param name="P999">999 of 1,000.</param>
/// <param name="ResidentBytes">Of the server, after the load.</param>
/// <param name="BytesPerConnection">Growth of that by one idle connection; else 0.</param>
internal sealed record Measurement(
    string Row,
    string Server,
    int Round,
    double RequestsPerSecond,
    double CpuPerRequest,
    double P50,
    double P99,
    double P999,
    long ResidentBytes,
    double BytesPerConnection)
{
    private const double MicrosecondsPerSecond = 1_000_000;

    /// <summary>In the unit of the row, if that has one; else 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Value { get; init; }

    /// <summary>
    /// What a processor serves that does nothing else, whether or not the load kept it busy.
    /// </summary>
    public double RequestsPerCpuSecond =>
        CpuPerRequest > 0 ? MicrosecondsPerSecond / CpuPerRequest : 0;
}
