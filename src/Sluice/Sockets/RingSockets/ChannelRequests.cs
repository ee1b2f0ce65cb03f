namespace Sluice.Sockets.RingSockets;

/// <summary>What any thread can ask of a connection's reactor.</summary>
[Flags]
internal enum ChannelRequests
{
    None = 0,

    /// <summary>Begin.</summary>
    Start = 1,

    /// <summary>Look whether to receive, or to stop receiving.</summary>
    Receive = 2,

    /// <summary>Look whether there is something to send, or whether sending has ended.</summary>
    Output = 4,

    /// <summary>Close once everything was sent.</summary>
    Close = 8,

    /// <summary>Close now, with a reset.</summary>
    Abort = 16,
}
