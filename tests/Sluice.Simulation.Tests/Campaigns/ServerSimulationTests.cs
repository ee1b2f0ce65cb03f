using Sluice.Testing.Campaigns.Servers;
using Sluice.Testing.Simulation;

namespace Sluice.Simulation.Tests.Campaigns;

/// <summary>Whole servers on simulated reactors, one for each seed.</summary>
public sealed class ServerSimulationTests
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
    [Trait("pitfall", "14")]
    [Trait("pitfall", "17")]
    [Trait("pitfall", "24b")]
    public void Server_AnySeed_LosesNothingAndLeavesNothing() => SimulationSeeds.Run(
        Seeds,
        static seed =>
        {
            using var simulation = new ServerSimulation(seed, SimulationLimits.None);
            simulation.Run();
        });

    // Without this, a simulation that never does what it is about would pass for good.
    [Theory]
    [InlineData(nameof(SimulationCounters.Overflows))]
    [InlineData(nameof(SimulationCounters.Starvations))]
    [InlineData(nameof(SimulationCounters.Exhaustions))]
    [InlineData(nameof(SimulationCounters.LateCancels))]
    [InlineData(nameof(SimulationCounters.EndedMultishots))]
    [InlineData(nameof(SimulationCounters.BuffersOnError))]
    [InlineData(nameof(SimulationCounters.SegmentedSends))]
    public void Server_FewSeeds_MeetsTheFault(string counter)
    {
        int count = 0;
        SimulationSeeds.Run(60, seed =>
        {
            using var simulation = new ServerSimulation(seed, SimulationLimits.None);
            simulation.Run();
            object? value = typeof(SimulationCounters)
                .GetProperty(counter)!.GetValue(simulation.Kernel.Counters);
            _ = Interlocked.Add(ref count, (int)value!);
        });

        Assert.True(count >= 10, $"{counter}: {count}");
    }
}
