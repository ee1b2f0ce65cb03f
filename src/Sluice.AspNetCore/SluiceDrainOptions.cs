namespace Sluice.AspNetCore;

/// <summary>How a node leaves a cluster. Read once, at the start.</summary>
public sealed class SluiceDrainOptions
{
    /// <summary>
    /// How long the node reports that it is not ready and still serves as before, so that load
    /// balancers send no more. Longer than they need to notice: the interval of their checks times
    /// the failures that they wait for. Zero means that it stops at once. Defaults to five
    /// seconds.
    /// </summary>
    public TimeSpan UnreadyTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long requests and connections may take to end after that; then they are aborted.
    /// Defaults to 30 seconds.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What measures <see cref="UnreadyTime"/>. Defaults to the system's clock.
    /// </summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal string? Problem =>
        !IsValid(UnreadyTime) ? Describe(nameof(UnreadyTime), UnreadyTime)
        : !IsValid(DrainTimeout) ? Describe(nameof(DrainTimeout), DrainTimeout)
        : null;

    private static bool IsValid(TimeSpan time) =>
        time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1);

    private static string Describe(string option, TimeSpan value) =>
        $"{nameof(SluiceDrainOptions)}.{option} is {value}; it must be from 0 to one day.";
}
