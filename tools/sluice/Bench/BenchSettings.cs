namespace Sluice.Tool.Bench;

/// <summary>What to measure, and how long.</summary>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Rounds">How often each server is measured in each.</param>
/// <param name="Seconds">Seconds per measurement.</param>
/// <param name="WarmUp">Seconds of load before it.</param>
internal sealed record BenchSettings(
    IReadOnlyList<BenchRow> Rows, int Rounds, int Seconds, int WarmUp);
