namespace Sluice.Uring;

/// <summary>How an accept proceeds (<c>IORING_ACCEPT_*</c>).</summary>
[Flags]
public enum AcceptOptions : ushort
{
    /// <summary>Try at once, then wait.</summary>
    None = 0,

    /// <summary>Fail with <see cref="Errno.EAGAIN"/> instead of waiting (Linux 6.10).</summary>
    DoNotWait = 1 << 1,

    /// <summary>Wait for readiness without trying first (Linux 6.10).</summary>
    PollFirst = 1 << 2,
}
