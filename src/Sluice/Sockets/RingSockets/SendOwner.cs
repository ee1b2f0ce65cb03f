namespace Sluice.Sockets.RingSockets;

/// <summary>
/// Who is sending for a connection. At most one at a time, which keeps the order.
/// </summary>
internal enum SendOwner
{
    None,

    /// <summary>An operation in the reactor's ring.</summary>
    Ring,

    /// <summary>A thread, by a system call of its own.</summary>
    Thread,
}
