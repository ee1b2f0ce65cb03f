namespace Sluice.Tool.Soak.Faults;

/// <summary>A fault that will be.</summary>
/// <param name="Seconds">When, since the load began.</param>
/// <param name="Kind">What.</param>
/// <param name="Amount">How many connections; of a pause, how many milliseconds.</param>
internal sealed record PlannedFault(double Seconds, FaultKind Kind, int Amount);
