using Sluice.Uring;
using static Sluice.Testing.Simulation.Files.PollMask;

namespace Sluice.Testing.Simulation.Files;

/// <summary>A stream socket of the program: fresh, listening or connected.</summary>
internal sealed class SimulatedSocket(SimulatedNetwork network, int family) : SimulatedFile
{
    private readonly Queue<PendingConnection> _queue = new();
    private readonly Queue<PendingConnection> _waiting = new();
    private int _backlog;

    public int Family { get; } = family;

    public SocketState State { get; private set; }

    /// <summary>The connection, once there is one.</summary>
    public StreamEnd? End { get; private set; }

    public byte[] LocalAddress { get; private set; } = SimulatedAddress.Unspecified(family);

    public byte[]? PeerAddress { get; private set; }

    /// <summary>Whether several listeners may share its port.</summary>
    public bool SharesPort { get; set; }

    /// <summary>Whether a close resets the connection (SO_LINGER with no time).</summary>
    public bool ResetsOnClose { get; set; }

    public bool HasPending => _queue.Count > 0;

    public override uint Events => State switch
    {
        SocketState.Listening => HasPending ? POLLIN : 0,
        SocketState.Connected => ConnectedEvents(End!),
        SocketState.Connecting => 0,
        _ => POLLOUT | POLLHUP,
    };

    public void Bind(byte[] address)
    {
        LocalAddress = address;
        State = SocketState.Bound;
    }

    public void Listen(int backlog)
    {
        _backlog = Math.Max(backlog, 0);
        State = SocketState.Listening;
    }

    public void StartConnect(StreamEnd end, byte[] local, byte[] peer)
    {
        Attach(end, local, peer);
        State = SocketState.Connecting;
    }

    public void FinishConnect() => State = SocketState.Connected;

    /// <summary>Becomes the accepted end of a connection.</summary>
    public void Accept(in PendingConnection connection, byte[] local)
    {
        Attach(connection.End, local, connection.PeerAddress);
        State = SocketState.Connected;
    }

    /// <summary>A connection arrives; it waits outside while the backlog is full.</summary>
    public void Arrive(in PendingConnection connection)
    {
        // As in Linux, one more than the backlog fits.
        if (_queue.Count > _backlog)
        {
            _waiting.Enqueue(connection);
            return;
        }

        _queue.Enqueue(connection);
        connection.End.Establish();
        Wake();
    }

    public bool TryTakePending(out PendingConnection connection)
    {
        if (!_queue.TryDequeue(out connection))
            return false;

        if (_waiting.TryDequeue(out PendingConnection next))
            Arrive(next);
        return true;
    }

    public int Shutdown(int how)
    {
        if (State == SocketState.Listening)
        {
            StopListening();
            return 0;
        }

        if (State != SocketState.Connected || End!.IsGone)
            return -(int)Errno.ENOTCONN;
        if (how is 0 or 2)
            End!.ShutdownReceive();
        if (how is 1 or 2)
            End!.ShutdownSend();
        return 0;
    }

    protected override void OnReleased()
    {
        StopListening();
        network.Forget(this);
        if (End is null)
            return;

        End.Owner = null;
        if (ResetsOnClose)
            End.Reset();
        else
            End.Close();
    }

    private static uint ConnectedEvents(StreamEnd end) =>
        (end.CanReceive ? POLLIN : 0)
        | (end.CanSend ? POLLOUT : 0)
        | (end.HasError ? POLLERR : 0)
        | (end.IsPeerDone ? POLLRDHUP : 0)
        | (end.IsHungUp ? POLLHUP : 0);

    private void Attach(StreamEnd end, byte[] local, byte[] peer)
    {
        End = end;
        end.Owner = this;
        LocalAddress = local;
        PeerAddress = peer;
    }

    private void StopListening()
    {
        if (State != SocketState.Listening)
            return;

        State = SocketState.Bound;
        network.Forget(this);
        foreach (PendingConnection connection in _queue)
            connection.End.Reset();
        foreach (PendingConnection connection in _waiting)
            connection.End.Reset();
        _queue.Clear();
        _waiting.Clear();
        Wake();
    }
}
