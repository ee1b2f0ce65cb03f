namespace Sluice.Testing.Simulation;

/// <summary>
/// Less of a simulation than its seed says: what is left when a failing seed was shrunk.
/// </summary>
/// <param name="ConnectionsMax">The most connections.</param>
/// <param name="StepsMax">After so many turns the program is stopped.</param>
/// <param name="FaultsMax">After so many faults there are no more.</param>
/// <param name="KeepsTrace">Whether all events are kept, not only the last.</param>
internal sealed record SimulationLimits(
    int ConnectionsMax = int.MaxValue,
    int StepsMax = int.MaxValue,
    int FaultsMax = int.MaxValue,
    bool KeepsTrace = false)
{
    public static SimulationLimits None { get; } = new();
}
