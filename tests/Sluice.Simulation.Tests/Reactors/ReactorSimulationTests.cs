using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Reactors;

/// <summary>Whole servers on simulated reactors, one for each seed.</summary>
public sealed class ReactorSimulationTests
{
    private const int Seeds = 10_000;

    [Fact]
    [Trait("pitfall", "4")]
    [Trait("pitfall", "5")]
    [Trait("pitfall", "6")]
    [Trait("pitfall", "7")]
    [Trait("pitfall", "8")]
    [Trait("pitfall", "9")]
    [Trait("pitfall", "11")]
    [Trait("pitfall", "12")]
    [Trait("pitfall", "17")]
    [Trait("pitfall", "24b")]
    public void Server_AnySeed_LosesNothingAndLeavesNothing() => SimulationSeeds.Run(
        Seeds,
        static seed =>
        {
            using var simulation = new ReactorSimulation(seed);
            simulation.Run();
        });
}
