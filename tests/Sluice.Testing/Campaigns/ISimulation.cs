using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns;

/// <summary>A program over a simulated kernel, all of it determined by a seed.</summary>
internal interface ISimulation : IDisposable
{
    SimulatedKernel Kernel { get; }

    /// <summary>Runs it to its end and checks what must be true then.</summary>
    void Run();

    /// <summary>Adds what happened.</summary>
    void Report(CampaignCoverage coverage);

    /// <summary>Ends its threads after a failure; memory that may be in use is left.</summary>
    void Abandon();
}
