namespace Sluice.Uring;

/// <summary>The flags of reads and writes (<c>RWF_*</c>, see <c>preadv2(2)</c>).</summary>
[Flags]
public enum ReadWriteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>High priority; polled where the device can.</summary>
    HighPriority = 0x1,

    /// <summary>As if the file were open with <c>O_DSYNC</c>.</summary>
    DataSync = 0x2,

    /// <summary>As if the file were open with <c>O_SYNC</c>.</summary>
    Sync = 0x4,

    /// <summary>Fail with <see cref="Errno.EAGAIN"/> instead of waiting.</summary>
    NoWait = 0x8,

    /// <summary>Append, whatever the offset.</summary>
    Append = 0x10,
}
