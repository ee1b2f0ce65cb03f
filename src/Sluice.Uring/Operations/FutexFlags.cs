namespace Sluice.Uring;

/// <summary>What a futex is (<c>FUTEX2_*</c>).</summary>
[Flags]
public enum FutexFlags : uint
{
    /// <summary>Invalid for waits: a size is needed.</summary>
    None = 0,

    /// <summary>32 bits wide.</summary>
    Size32 = 2,

    /// <summary>Not shared with other processes; never for futexes between processes.</summary>
    Private = 128,
}
