namespace Sluice.Uring;

/// <summary>How a file will be used (<c>POSIX_FADV_*</c>, see <c>posix_fadvise(2)</c>).</summary>
public enum FileAdvice : uint
{
    /// <summary>Nothing special.</summary>
    Normal = 0,

    /// <summary>In random order.</summary>
    Random = 1,

    /// <summary>From the start to the end.</summary>
    Sequential = 2,

    /// <summary>Soon.</summary>
    WillNeed = 3,

    /// <summary>Not any more.</summary>
    DoNotNeed = 4,

    /// <summary>Once.</summary>
    NoReuse = 5,
}
