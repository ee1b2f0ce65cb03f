namespace Sluice.Testing.Simulation;

/// <summary>The program under test broke a rule that the simulated kernel checks.</summary>
internal sealed class SimulationViolation(string rule, ulong seed, SimulationTrace trace)
    : Exception($"{rule} (seed {seed})\nThe last events:\n{trace}")
{
    /// <summary>What was broken, without seed and trace.</summary>
    public string Rule { get; } = rule;
}
