namespace Sluice.Sockets.RingSockets;

/// <summary>Where a read or flush that could not complete at once stands.</summary>
internal enum WaitState
{
    /// <summary>Nobody waits.</summary>
    None,

    /// <summary>Somebody waits, for a reason that persists.</summary>
    Waiting,

    /// <summary>The reason is gone; the continuation is on its way.</summary>
    Signalled,
}
