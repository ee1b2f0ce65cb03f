using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;

namespace Sluice.Sockets;

/// <summary>
/// A listener whose connections each run a handler. When the handler returns, its connection is
/// disposed; when it throws, the connection is aborted and the exception is logged.
/// </summary>
public sealed class ConnectionServer : IAsyncDisposable
{
    private readonly ConnectionListener _listener;
    private readonly Func<Connection, Task> _handler;
    private readonly ILogger _logger;
    private readonly Task _accepting;

    internal ConnectionServer(
        ConnectionListener listener, Func<Connection, Task> handler, ILogger logger)
    {
        _listener = listener;
        _handler = handler;
        _logger = logger;
        _accepting = AcceptLoopAsync();
    }

    /// <summary>The address in use, with the port that the kernel chose.</summary>
    public EndPoint EndPoint => _listener.EndPoint;

    /// <summary>
    /// Stops accepting. Handlers that are running go on; disposing the
    /// <see cref="SluiceRuntime"/> waits for their connections.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync()
    {
        while (await _listener.AcceptAsync().ConfigureAwait(false) is { } connection)
            connection.Schedule(static state => ((Work)state!).Start(), new Work(this, connection));
    }

    private async Task RunAsync(Connection connection)
    {
        try
        {
            await _handler(connection).ConfigureAwait(false);
        }
        catch (ConnectionResetException failure)
        {
            // The peer left, which the connection has told; the handler need not expect it.
            connection.Abort(failure);
        }
#pragma warning disable CA1031 // A handler's failure ends its connection, never the server.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.HandlerFailed(_logger, failure);
            connection.Abort(failure);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Work(ConnectionServer server, Connection connection)
    {
        public void Start() => _ = server.RunAsync(connection);
    }
}
