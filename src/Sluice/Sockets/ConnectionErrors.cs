using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Sockets;

/// <summary>What failing reads and flushes throw, the same for every engine.</summary>
internal static class ConnectionErrors
{
    /// <summary>The socket failed.</summary>
    public static IOException FromSocket(SocketError error) =>
        FromSocket(new SocketException((int)error));

    /// <summary>The socket failed.</summary>
    public static IOException FromSocket(SocketException cause) => cause.SocketErrorCode switch
    {
        // EPIPE arrives as Shutdown: the peer was reset before we wrote. The type is the one that
        // ASP.NET Core takes for a client that left instead of a defect to be logged.
        SocketError.ConnectionReset or SocketError.Shutdown =>
            new ConnectionResetException("The connection was reset by the peer.", cause),
        SocketError.TimedOut => new IOException("The peer no longer answers.", cause),
        _ => new IOException($"The connection failed: {cause.Message}.", cause),
    };

    /// <summary>
    /// Our own side gave the connection up. Kestrel's word for it is reported as it is, because
    /// what runs under Kestrel waits for that type.
    /// </summary>
    public static Exception Aborted(Exception? reason) =>
        reason as ConnectionAbortedException
        ?? (Exception)new IOException("The connection was aborted.", reason);
}
