namespace Sluice.Testing.Campaigns;

/// <summary>What the reactor did is not what it promised.</summary>
internal sealed class SimulationMismatch(string message, Exception? cause = null)
    : Exception(message, cause);
