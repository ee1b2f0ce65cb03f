using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Sluice.Diagnostics;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// Accepts ahead into a bounded queue. A lack of descriptors or memory pauses it: accepting
/// again at once would fail again and burn a core.
/// </summary>
internal sealed class SocketListener : ConnectionListener
{
    private const int PauseMs = 100;

    private readonly SocketsContext _context;
    private readonly ListeningSocket _socket;
    private readonly Channel<SocketConnection> _accepted;
    private readonly AcceptLack _lack;
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    public SocketListener(
        SocketsContext context, ListeningSocket socket, ListenOptions options)
    {
        _context = context;
        _socket = socket;
        _lack = new AcceptLack(context.Time);
        EndPoint = socket.Socket.LocalEndPoint!;
        _accepted = Channel.CreateBounded<SocketConnection>(
            new BoundedChannelOptions(options.AcceptQueueMax) { SingleWriter = true });
    }

    public override EndPoint EndPoint { get; }

    public void Start()
    {
        Log.ListenerStarted(_context.Logger, EndPoint);
        _accepting = AcceptLoopAsync();
    }

    public override async ValueTask<Connection?> AcceptAsync(
        CancellationToken cancellationToken = default)
    {
        ChannelReader<SocketConnection> accepted = _accepted.Reader;
        while (await accepted.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (accepted.TryRead(out SocketConnection? connection))
                return connection;
        }

        return null;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync()
    {
        CancellationToken stopping = _stopping.Token;
        try
        {
            // Room first, then accept: what has no room here waits in the kernel's backlog.
            while (await _accepted.Writer.WaitToWriteAsync(stopping).ConfigureAwait(false))
                await AcceptOneAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        _socket.Dispose();
        _accepted.Writer.Complete();
        while (_accepted.Reader.TryRead(out SocketConnection? connection))
            connection.Abort();
        _context.Listeners.Remove(this);
        Log.ListenerStopped(_context.Logger, EndPoint);
    }

    private async ValueTask AcceptOneAsync(CancellationToken stopping)
    {
        Socket socket;
        try
        {
            socket = await _socket.Socket.AcceptAsync(stopping).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            if (!IsOfOneConnection(failure.SocketErrorCode))
                await PauseAsync(failure.SocketErrorCode, stopping).ConfigureAwait(false);
            return;
        }

        _ = Interlocked.Increment(ref _context.Counters.ConnectionsAccepted);
        SocketConnection? connection = await OpenAsync(socket, stopping).ConfigureAwait(false);

        // There is room: this loop is the only writer and waited for it.
        if (connection is not null)
            _ = _accepted.Writer.TryWrite(connection);
    }

    private async ValueTask<SocketConnection?> OpenAsync(Socket socket, CancellationToken stopping)
    {
        bool isOpen = false;
        try
        {
            if (!await _context.Limit.TakeAsync(stopping).ConfigureAwait(false))
            {
                Log.ConnectionRefused(_context.Logger, EndPoint, _context.Limit.Max);
                return null;
            }

            EndPoint remote = socket.RemoteEndPoint ?? SocketFactory.Unnamed(EndPoint);
            var connection = new SocketConnection(_context, socket, remote, _context.Limit);
            isOpen = _context.Connections.TryAdd(connection);
            if (!isOpen)
            {
                _context.Limit.Release();
                return null;
            }

            connection.Start();
            return connection;
        }
        finally
        {
            if (!isOpen)
                socket.Dispose();
        }
    }

    private async ValueTask PauseAsync(SocketError error, CancellationToken stopping)
    {
        if (_lack.IsNew())
            Log.AcceptPaused(_context.Logger, EndPoint, error.ToString(), PauseMs);
        await Task.Delay(TimeSpan.FromMilliseconds(PauseMs), _context.Time, stopping)
            .ConfigureAwait(false);
    }

    // accept(2) also reports errors of the connection that it would have returned.
    private static bool IsOfOneConnection(SocketError error) => error is
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut
        or SocketError.NetworkDown or SocketError.NetworkUnreachable
        or SocketError.HostDown or SocketError.HostUnreachable;
}
