using System.Net;

namespace Sluice.Sockets.RingSockets;

/// <summary>Who may come in, and where connections go. Safe for use by several threads.</summary>
internal interface IConnectionGate
{
    /// <summary>
    /// Whether a listener is to accept. When it turns true again, listeners are told to look.
    /// </summary>
    bool MayAccept { get; }

    /// <summary>
    /// Whether one accept at a time is to be outstanding, so that a limit is exact.
    /// </summary>
    bool AcceptsOneByOne { get; }

    /// <summary>
    /// Takes the ownership of an accepted descriptor: a connection that is not started yet, or
    /// null if it was refused and closed.
    /// </summary>
    UringConnection? TryAdmit(int fd, EndPoint listener);

    /// <summary>A connection's descriptor was closed.</summary>
    void OnClosed(UringConnection connection);
}
