namespace Sluice.Tool.Load;

/// <summary>What a load measured. Latencies are in microseconds.</summary>
/// <param name="Requests">Requests that were answered as they must be.</param>
/// <param name="Seconds">The time it took.</param>
/// <param name="RequestsPerSecond">The one divided by the other.</param>
/// <param name="P50">Half of all exchanges took no longer.</param>
/// <param name="P90">90 of 100 took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="P999">999 of 1,000 took no longer.</param>
/// <param name="Max">The longest exchange.</param>
/// <param name="Delayed">
/// Exchanges that were due while the connection's last one was not over; with a given rate, their
/// time counts from when they were due.
/// </param>
/// <param name="ServerCpu">CPU time of the server per request, in microseconds, if known.</param>
internal sealed record LoadReport(
    long Requests,
    double Seconds,
    double RequestsPerSecond,
    double P50,
    double P90,
    double P99,
    double P999,
    double Max,
    long Delayed,
    double? ServerCpu)
{
    private const double NanosecondsPerMicrosecond = 1000;

    public static LoadReport Create(
        long requests,
        double seconds,
        LatencyHistogram latencies,
        long delayed,
        TimeSpan? serverCpu) =>
        new(
            requests,
            seconds,
            requests / seconds,
            latencies.At(0.5) / NanosecondsPerMicrosecond,
            latencies.At(0.9) / NanosecondsPerMicrosecond,
            latencies.At(0.99) / NanosecondsPerMicrosecond,
            latencies.At(0.999) / NanosecondsPerMicrosecond,
            latencies.Max / NanosecondsPerMicrosecond,
            delayed,
            serverCpu?.TotalMicroseconds / requests);
}
