namespace Sluice.Tool.Soak.Faults;

/// <summary>Which faults there will be, and when: the same for the same seed.</summary>
internal static class FaultPlan
{
    /// <summary>The most connections of one fault.</summary>
    public const int ConnectionsMax = 200;

    /// <summary>The longest pause.</summary>
    public const int PauseMsMax = 2000;

    private const int ConnectionsMin = 10;
    private const int PauseMsMin = 50;
    private const double MsPerSecond = 1000;
    private const double GapSecondsMax = 20;
    private const double FaultsMin = 6;

    /// <summary>
    /// Faults of all kinds in turn, at least six, and one every twenty seconds. A pause takes no
    /// more than a quarter of the time between two faults.
    /// </summary>
    /// <param name="seed">What decides.</param>
    /// <param name="duration">How long the load will be.</param>
    public static IReadOnlyList<PlannedFault> Create(int seed, TimeSpan duration)
    {
        var random = new Random(seed);
        double gap = Math.Min(GapSecondsMax, duration.TotalSeconds / (FaultsMin + 1));
        int pauseMsMax = (int)Math.Clamp(gap * MsPerSecond / 4, PauseMsMin + 1, PauseMsMax);
        FaultKind[] kinds = Enum.GetValues<FaultKind>();
        var plan = new List<PlannedFault>();
        for (int i = 0; (i + 1.5) * gap <= duration.TotalSeconds; i++)
        {
            // Anywhere within a gap's length around its turn.
            double at = (i + 0.5 + random.NextDouble()) * gap;
            if (i % kinds.Length == 0)
                random.Shuffle(kinds);
            FaultKind kind = kinds[i % kinds.Length];
            int amount = kind == FaultKind.Pause
                ? random.Next(PauseMsMin, pauseMsMax)
                : random.Next(ConnectionsMin, ConnectionsMax);
            plan.Add(new PlannedFault(at, kind, amount));
        }

        return plan;
    }
}
