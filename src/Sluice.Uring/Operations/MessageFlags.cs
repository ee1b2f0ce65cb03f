namespace Sluice.Uring;

/// <summary>The flags of sends and receives (<c>MSG_*</c>, see <c>send(2)</c>).</summary>
[Flags]
public enum MessageFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Out-of-band data.</summary>
    OutOfBand = 0x1,

    /// <summary>Receive without consuming.</summary>
    Peek = 0x2,

    /// <summary>Send to directly connected hosts only.</summary>
    DoNotRoute = 0x4,

    /// <summary>Report a datagram's real length even if it was cut.</summary>
    Truncate = 0x20,

    /// <summary>Fail with <see cref="Errno.EAGAIN"/> instead of waiting.</summary>
    DoNotWait = 0x40,

    /// <summary>Ends a record.</summary>
    EndOfRecord = 0x80,

    /// <summary>
    /// Complete only when all was transferred; sends included, which the ring then retries.
    /// </summary>
    WaitAll = 0x100,

    /// <summary>Tell the link layer that the peer answered.</summary>
    Confirm = 0x800,

    /// <summary>Receive from the socket's error queue.</summary>
    ErrorQueue = 0x2000,

    /// <summary>No <c>SIGPIPE</c>; the ring never raises it for its own sends.</summary>
    NoSignal = 0x4000,

    /// <summary>More data follows soon.</summary>
    More = 0x8000,

    /// <summary>Connect with the first data (TCP Fast Open).</summary>
    FastOpen = 0x2000_0000,

    /// <summary>Received descriptors are not inherited by child processes.</summary>
    CloseOnExec = 0x4000_0000,
}
