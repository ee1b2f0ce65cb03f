using Sluice.Testing.Campaigns.Operations;
using Sluice.Testing.Campaigns.Rings;
using Sluice.Testing.Campaigns.Servers;
using Sluice.Testing.Campaigns.Starts;
using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns;

/// <summary>Which simulation a seed of a campaign is.</summary>
internal static class SimulationFactory
{
    public static ISimulation Create(ulong seed, SimulationLimits limits) => (seed % 100) switch
    {
        0 => new StartSimulation(seed, limits),
        < 5 => new OperationSimulation(seed, limits),
        < 9 => new RingSimulation(seed, limits),
        _ => new ServerSimulation(seed, limits),
    };

    /// <summary>Runs a seed on this thread: what broke, or null.</summary>
    public static Exception? Run(
        ulong seed, SimulationLimits limits, CampaignCoverage? coverage, out string trace)
    {
        // A continuation runs where its cause does, not on the test runner's context.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        ISimulation? simulation = null;
        try
        {
            simulation = Create(seed, limits);
            simulation.Run();
            if (coverage is not null)
                simulation.Report(coverage);
            simulation.Dispose();
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, the seed has failed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            simulation?.Abandon();
            return failure;
        }
        finally
        {
            trace = limits.KeepsTrace ? simulation?.Kernel.Trace.ToString() ?? "" : "";
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
