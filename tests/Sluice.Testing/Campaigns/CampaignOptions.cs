using System.Globalization;

namespace Sluice.Testing.Campaigns;

/// <summary>How much of a <see cref="Campaign"/>.</summary>
internal sealed record CampaignOptions
{
    /// <summary>The variable with the number of connections: 1,000,000 in CI.</summary>
    public const string ConnectionsVariable = "SLUICE_CONNECTIONS";

    private const long ConnectionsDefault = 20_000;

    /// <summary>It ends once so many connections were simulated.</summary>
    public long Connections { get; init; } = ConnectionsDefault;

    /// <summary>The others follow it.</summary>
    public ulong FirstSeed { get; init; } = 1;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>A seed that takes longer never ends. Real time, and generous.</summary>
    public TimeSpan SeedTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to look for less of a failing seed.</summary>
    public TimeSpan ShrinkTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>As the environment wishes.</summary>
    public static CampaignOptions FromEnvironment()
    {
        string? wish = Environment.GetEnvironmentVariable(ConnectionsVariable);
        return new CampaignOptions
        {
            Connections = wish is null
                ? ConnectionsDefault
                : long.Parse(wish, CultureInfo.InvariantCulture),
        };
    }
}
