using Sluice.Testing.Campaigns.Rings;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Campaigns;

/// <summary>Random programs on the ring and the buffer ring, one for each seed.</summary>
public sealed class RingSimulationTests
{
    private const int Seeds = 10_000;

    [Fact]
    [Trait("pitfall", "3")]
    [Trait("pitfall", "12")]
    [Trait("pitfall", "15")]
    [Trait("pitfall", "17")]
    public void Ring_AnySeed_CompletesEachSubmissionOnce() => SimulationSeeds.Run(
        Seeds,
        static seed =>
        {
            using var simulation = new RingSimulation(seed, SimulationLimits.None);
            simulation.Run();
        });
}
