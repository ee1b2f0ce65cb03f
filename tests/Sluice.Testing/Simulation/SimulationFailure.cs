namespace Sluice.Testing.Simulation;

/// <summary>A seed failed. The message says which, and how to replay it.</summary>
internal sealed class SimulationFailure(ulong seed, Exception cause)
    : Exception(
        $"Seed {seed} failed: {cause.Message}\n"
            + $"Replay it with {SimulationSeeds.SeedVariable}={seed} and the same test.",
        cause)
{
    public ulong Seed { get; } = seed;
}
