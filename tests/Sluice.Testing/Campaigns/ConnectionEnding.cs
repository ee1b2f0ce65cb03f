namespace Sluice.Testing.Campaigns;

/// <summary>How a simulated connection ended.</summary>
internal enum ConnectionEnding
{
    /// <summary>Each side has sent all and received all.</summary>
    Orderly,

    /// <summary>The client reset it.</summary>
    ClientReset,

    /// <summary>The client closed it early.</summary>
    ClientClosed,

    /// <summary>The server closed it early.</summary>
    ServerClosed,

    /// <summary>The server reset it.</summary>
    ServerAborted,

    /// <summary>The server threw away the reading side.</summary>
    ServerDeaf,

    /// <summary>The server lost its patience.</summary>
    TimedOut,

    /// <summary>The server was stopped before it was over.</summary>
    Stopped,

    /// <summary>Of a user's own operations: connected, refused or cancelled.</summary>
    Outbound,
}
