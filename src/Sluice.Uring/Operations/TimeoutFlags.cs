namespace Sluice.Uring;

/// <summary>How a timeout counts (<c>IORING_TIMEOUT_*</c>).</summary>
[Flags]
public enum TimeoutFlags : uint
{
    /// <summary>Relative, on the monotonic clock, once.</summary>
    None = 0,

    /// <summary>The time is a point, not a duration.</summary>
    Absolute = 1u << 0,

    /// <summary>On the clock that also counts while the machine sleeps.</summary>
    BootTime = 1u << 2,

    /// <summary>On the wall clock.</summary>
    RealTime = 1u << 3,

    /// <summary>Running out is a success, so that it does not break a chain of links.</summary>
    ExpiryIsSuccess = 1u << 5,

    /// <summary>
    /// Again and again, one completion each; the count is then the number of times, 0 without
    /// end (Linux 6.4).
    /// </summary>
    Multishot = 1u << 6,
}
