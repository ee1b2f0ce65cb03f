using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns;

/// <summary>A seed of a campaign that broke a rule, and how little of it is enough.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Limits">With these it still fails.</param>
/// <param name="Cause">What broke with them.</param>
internal sealed record CampaignFailure(ulong Seed, SimulationLimits Limits, Exception Cause)
{
    /// <summary>The command that repeats it.</summary>
    public string Command =>
        $"dotnet run --project tools/simulate -c Release -- --seed {Seed}"
        + Option("connections", Limits.ConnectionsMax)
        + Option("steps", Limits.StepsMax)
        + Option("faults", Limits.FaultsMax)
        + " --trace";

    public override string ToString() =>
        $"Seed {Seed} failed: {Cause.Message}\nReplay it with:\n  {Command}";

    private static string Option(string name, int value) =>
        value == int.MaxValue ? "" : $" --{name} {value}";
}
