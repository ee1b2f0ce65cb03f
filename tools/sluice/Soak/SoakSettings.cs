namespace Sluice.Tool.Soak;

/// <summary>How a server is soaked.</summary>
internal sealed record SoakSettings
{
    private const double SampleSeconds = 1;
    private const double SettlingSecondsMax = 90;
    private const double TrendMinutesMin = 5;

    /// <summary>How long the load is.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many clients; each has one connection at a time.</summary>
    public required int Connections { get; init; }

    /// <summary>How many of them keep the server working.</summary>
    public required int Busy { get; init; }

    /// <summary>Decides what clients do, and the faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether there are faults.</summary>
    public bool HasFaults { get; init; } = true;

    /// <summary>The time between two looks at the server.</summary>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromSeconds(SampleSeconds);

    /// <summary>How long to wait until an idle server has come down to what it had.</summary>
    public TimeSpan SettlingMax { get; init; } = TimeSpan.FromSeconds(SettlingSecondsMax);

    /// <summary>
    /// The least time after the warm-up for which memory is judged: in less, a server that has
    /// just been started is still growing into its work.
    /// </summary>
    public TimeSpan TrendMin { get; init; } = TimeSpan.FromMinutes(TrendMinutesMin);

    /// <summary>
    /// How much of the load is not looked at for the trend: the code is still being compiled, and
    /// heaps and pools grow to what they need. A sixth, at most five minutes.
    /// </summary>
    public TimeSpan WarmUp => Between(TimeSpan.Zero, Duration / 6, TimeSpan.FromMinutes(5));

    /// <summary>How long a first load is, before the server is seen idle.</summary>
    public TimeSpan Preparation =>
        Between(TimeSpan.FromSeconds(1.5), Duration / 20, TimeSpan.FromSeconds(20));

    /// <summary>
    /// How long the server is seen idle: where there is time, longer than threads of the pool
    /// wait for work.
    /// </summary>
    public TimeSpan Settling =>
        Between(TimeSpan.FromSeconds(2.5), Duration / 40, TimeSpan.FromSeconds(30));

    private static TimeSpan Between(TimeSpan min, TimeSpan time, TimeSpan max) =>
        time < min ? min : time > max ? max : time;
}
