using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>A time in the kernel's form (<c>struct __kernel_timespec</c>).</summary>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">The rest, below one thousand million.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Timespec(long Seconds, long Nanoseconds)
{
    /// <summary>Converts; negative durations become zero.</summary>
    public static Timespec From(TimeSpan duration)
    {
        long ticks = Math.Max(duration.Ticks, 0);
        return new(
            ticks / TimeSpan.TicksPerSecond,
            ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
    }
}
