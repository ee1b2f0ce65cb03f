using Sluice.Testing.Campaigns.Operations;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Campaigns;

/// <summary>Users' own operations on simulated reactors, one program for each seed.</summary>
public sealed class OperationSimulationTests
{
    private const int Seeds = 5_000;

    [Fact]
    [Trait("pitfall", "15")]
    [Trait("pitfall", "24b")]
    public void Operations_AnySeed_EndOnceAndGiveTheirMemoryBack() => SimulationSeeds.Run(
        Seeds,
        static seed =>
        {
            using var simulation = new OperationSimulation(seed, SimulationLimits.None);
            simulation.Run();
        });
}
