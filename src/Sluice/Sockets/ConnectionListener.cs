using System.Net;

namespace Sluice.Sockets;

/// <summary>A listening socket. Safe for use by several threads.</summary>
public abstract class ConnectionListener : IAsyncDisposable
{
    private protected ConnectionListener()
    {
    }

    /// <summary>The address in use, with the port that the kernel chose.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>Waits for a connection.</summary>
    /// <returns>The connection, owned by the caller; null once the listener has stopped.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask<Connection?> AcceptAsync(
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops listening: pending accepts return null, connections that nobody accepted are closed.
    /// Accepted ones go on.
    /// </summary>
    public abstract ValueTask DisposeAsync();
}
