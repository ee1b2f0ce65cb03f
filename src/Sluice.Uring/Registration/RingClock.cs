namespace Sluice.Uring;

/// <summary>The clock of a ring's waits (<c>CLOCK_*</c>).</summary>
public enum RingClock : uint
{
    /// <summary>The wall clock, which the kernel refuses here.</summary>
    RealTime = 0,

    /// <summary>Counts while the machine runs; the default.</summary>
    Monotonic = 1,

    /// <summary>Counts while the machine sleeps, too.</summary>
    BootTime = 7,
}
