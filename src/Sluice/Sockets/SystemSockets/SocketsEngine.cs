using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Reactors;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// Connections over System.Net.Sockets and <see cref="Pipe"/>: what runs where io_uring does
/// not. Bytes are copied once more than with io_uring; the behaviour is the same.
/// </summary>
internal sealed class SocketsEngine : IEngine
{
    private readonly SluiceMetrics _metrics = new(Engine.Sockets);
    private readonly SocketsContext _context;
    private readonly CancellationTokenSource _stopping = new();

    public SocketsEngine(SluiceOptions options, ILogger logger)
    {
        _context = new SocketsContext(options, logger);
        _metrics.Add(_context.Counters);
    }

    public Engine Kind => Engine.Sockets;

    public IReadOnlyList<Reactor> Reactors => [];

    public ConnectionListener Listen(ListeningSocket socket, ListenOptions options)
    {
        var listener = new SocketListener(_context, socket, options);
        if (!_context.Listeners.TryAdd(listener))
        {
            socket.Dispose();
            throw Stopped();
        }

        listener.Start();
        return listener;
    }

    public async ValueTask<Connection> ConnectAsync(
        EndPoint endPoint, ConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _stopping.Token);
        Socket socket;
        try
        {
            socket = await SocketFactory.ConnectAsync(endPoint, options, linked.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Stopped();
        }

        var connection = new SocketConnection(_context, socket, endPoint, limit: null);
        if (!_context.Connections.TryAdd(connection))
        {
            socket.Dispose();
            throw Stopped();
        }

        connection.Start();
        return connection;
    }

    public async ValueTask StopAsync(CancellationToken deadline)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (SocketListener listener in _context.Listeners.Close())
            await listener.DisposeAsync().ConfigureAwait(false);

        _ = _context.Connections.Close();
        Task ended = _context.Connections.Emptied;
        await Task.WhenAny(ended, Task.Delay(Timeout.Infinite, deadline)).ConfigureAwait(false);
        if (!ended.IsCompleted)
        {
            SocketConnection[] left = _context.Connections.Close();
            if (left.Length != 0)
                Log.StopAborted(_context.Logger, left.Length);
            foreach (SocketConnection connection in left)
                connection.Abort();
        }

        await ended.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        _stopping.Dispose();
        return default;
    }

    private static ObjectDisposedException Stopped() => new(nameof(SluiceRuntime));
}
