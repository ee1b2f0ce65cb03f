namespace Sluice.Tool.Soak.Load;

/// <summary>How slow the slow ones are: well above the least that Kestrel bears.</summary>
internal static class Paces
{
    public const double IdleSecondsMin = 2;
    public const double IdleSecondsMax = 60;

    /// <summary>
    /// Twice the least bytes per second of a body that Kestrel bears, from about
    /// <see cref="KestrelsGrace"/> on.
    /// </summary>
    public const int KestrelsLeastRate = 480;

    /// <summary>About the time in which a body may be slower.</summary>
    public static TimeSpan KestrelsGrace { get; } = TimeSpan.FromSeconds(4);

    /// <summary>About 400 KiB/s.</summary>
    public static SoakPace Reader { get; } = new(8192, TimeSpan.FromMilliseconds(20));

    /// <summary>4 KiB/s.</summary>
    public static SoakPace QuietReader { get; } = new(2048, TimeSpan.FromMilliseconds(500));

    public static SoakPace Writer { get; } = new(64, TimeSpan.FromMilliseconds(20));

    public static SoakPace QuietWriter { get; } = new(256, TimeSpan.FromMilliseconds(100));
}
