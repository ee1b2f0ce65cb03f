namespace Sluice.Uring.Interop;

/// <summary>The kernel's <c>struct __kernel_timespec</c>: seconds and nanoseconds.</summary>
internal struct __kernel_timespec
{
    public long tv_sec;
    public long tv_nsec;

    public static __kernel_timespec From(TimeSpan duration)
    {
        long ticks = Math.Max(duration.Ticks, 0);
        return new()
        {
            tv_sec = ticks / TimeSpan.TicksPerSecond,
            tv_nsec = ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
    }
}
