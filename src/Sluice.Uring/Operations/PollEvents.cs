namespace Sluice.Uring;

/// <summary>What a poll waits for and reports (<c>poll(2)</c>, <c>epoll_ctl(2)</c>).</summary>
[Flags]
public enum PollEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Readable.</summary>
    Readable = 0x1,

    /// <summary>Urgent data.</summary>
    Priority = 0x2,

    /// <summary>Writable.</summary>
    Writable = 0x4,

    /// <summary>An error; always reported.</summary>
    Error = 0x8,

    /// <summary>The peer hung up; always reported.</summary>
    HangUp = 0x10,

    /// <summary>The descriptor is not open; always reported.</summary>
    Invalid = 0x20,

    /// <summary>The peer shut down its sending side.</summary>
    ReadHangUp = 0x2000,

    /// <summary>Only one waiter is woken.</summary>
    Exclusive = 1u << 28,

    /// <summary>Report changes only.</summary>
    EdgeTriggered = 1u << 31,
}
