using System.Net;
using System.Threading.Channels;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// A listener whose connections begin with a header. Headers are read side by side: a slow proxy
/// delays nobody else. As many connections as may wait for an accept may be in here; more wait in
/// the listener behind it and in the kernel.
/// </summary>
internal sealed class ProxyListener : ConnectionListener
{
    private readonly ConnectionListener _inner;
    private readonly ProxyHeaderReader _reader;
    private readonly Channel<Connection> _ready = Channel.CreateUnbounded<Connection>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places;
    private readonly OpenSet<Connection> _reading = new();
    private readonly Task _accepting;

    /// <param name="inner">Owned from now on.</param>
    /// <param name="reader">Reads the headers.</param>
    /// <param name="placesMax">Connections that may be read or wait at a time.</param>
    public ProxyListener(ConnectionListener inner, ProxyHeaderReader reader, int placesMax)
    {
        _inner = inner;
        _reader = reader;
        _places = new SemaphoreSlim(placesMax, placesMax);
        _accepting = AcceptLoopAsync();
    }

    public override EndPoint EndPoint => _inner.EndPoint;

    public override async ValueTask<Connection?> AcceptAsync(
        CancellationToken cancellationToken = default)
    {
        while (await _ready.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_ready.Reader.TryRead(out Connection? connection))
            {
                _ = _places.Release();
                return connection;
            }
        }

        return null;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stopping.Token).ConfigureAwait(false);
                if (await _inner.AcceptAsync().ConfigureAwait(false) is not { } connection)
                    break;
                _ = _reading.TryAdd(connection);
                _ = GreetAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        _ = _reading.Close();
        await _reading.Emptied.ConfigureAwait(false);
        _ready.Writer.Complete();
        while (_ready.Reader.TryRead(out Connection? connection))
            Drop(connection);
    }

    private async Task GreetAsync(Connection connection)
    {
        ProxyGreeting greeting = await _reader
            .ReadAsync(
                connection.Input,
                connection.RemoteEndPoint,
                connection.LocalEndPoint,
                _stopping.Token)
            .ConfigureAwait(false);
        if (greeting.IsAccepted)
        {
            // Unbounded: who writes has a place.
            _ = _ready.Writer.TryWrite(greeting.Feature is { } feature
                ? new ProxiedConnection(connection, feature)
                : connection);
        }
        else
        {
            Drop(connection);
            _ = _places.Release();
        }

        _reading.Remove(connection);
    }

    private static void Drop(Connection connection)
    {
        connection.Abort();
        _ = connection.DisposeAsync().AsTask();
    }
}
