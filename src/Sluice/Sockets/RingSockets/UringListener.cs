using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Sockets.SystemSockets;

namespace Sluice.Sockets.RingSockets;

/// <summary>A listening socket whose connections are accepted by a reactor.</summary>
internal sealed class UringListener : ConnectionListener
{
    private readonly UringEngine _engine;
    private readonly ListeningSocket _socket;
    private readonly AcceptQueue _queue;
    private readonly ListenerChannel _channel;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task? _stopping;

    public UringListener(
        UringEngine engine,
        ReactorLoop loop,
        ListeningSocket socket,
        ListenOptions options,
        ILogger logger)
    {
        _engine = engine;
        _socket = socket;
        _logger = logger;
        EndPoint = socket.Socket.LocalEndPoint!;
        _queue = new AcceptQueue(options.AcceptQueueMax);
        _channel = new ListenerChannel(
            loop, engine, (int)socket.Socket.Handle, EndPoint, _queue, logger);
    }

    public override EndPoint EndPoint { get; }

    public void Start()
    {
        Log.ListenerStarted(_logger, EndPoint);
        _channel.Update();
    }

    /// <summary>There may be room for connections again.</summary>
    public void Update() => _channel.Update();

    public override ValueTask<Connection?> AcceptAsync(
        CancellationToken cancellationToken = default)
    {
        ValueTask<Connection?> next = _queue.TakeAsync(out bool wasFull, cancellationToken);
        if (wasFull)
            _channel.Update();
        return next;
    }

    public override ValueTask DisposeAsync()
    {
        lock (_gate)
            return new ValueTask(_stopping ??= StopAsync());
    }

    private async Task StopAsync()
    {
        _channel.Stop();
        await _channel.Closed.ConfigureAwait(false);
        _socket.Dispose();
        foreach (Connection connection in _queue.End())
            ((UringConnection)connection).Drop();
        _engine.OnStopped(this);
        Log.ListenerStopped(_logger, EndPoint);
    }
}
