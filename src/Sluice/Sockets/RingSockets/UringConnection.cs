using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Sluice.Diagnostics;
using Sluice.Reactors;

namespace Sluice.Sockets.RingSockets;

/// <summary>A connection in a reactor's ring, as its user sees it.</summary>
internal sealed class UringConnection : Connection
{
    // Long enough for a busy reader to come back, short enough for a handler that waits.
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(2);

    // Also the lock of this object's state: one object less for each connection, and nobody else
    // locks it.
    private readonly SocketChannel _channel;
    private readonly IConnectionGate _gate;
    private CancellationTokenSource? _closed;
    private CancellationTokenSource? _receiveEnded;
    private TaskCompletionSource? _disposed;
    private bool _isClosed;
    private bool _hasReceiveEnded;
    private bool _isEndedUnread;

    public UringConnection(
        IConnectionGate gate, ReactorLoop loop, int fd, EndPoint local, EndPoint remote)
    {
        _gate = gate;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _channel = new SocketChannel(loop, fd, this);
    }

    /// <summary>Whether we connected; such a connection takes no place of the limit.</summary>
    public bool IsOutbound { get; init; }

    public override PipeReader Input => _channel.Input;

    public override PipeWriter Output => _channel.Output;

    public override EndPoint LocalEndPoint { get; }

    public override EndPoint RemoteEndPoint { get; }

    public override CancellationToken Closed => TokenOf(ref _closed, ref _isClosed);

    public override Engine Engine => Engine.Uring;

    internal override CancellationToken ReceiveEnded
    {
        get
        {
            CancellationToken token = TokenOf(ref _receiveEnded, ref _hasReceiveEnded);
            if (Volatile.Read(ref _isEndedUnread) && !token.IsCancellationRequested)
                _channel.Loop.Post(new CallbackWork(WaitForReader, this));
            return token;
        }
    }

    public override ValueTask SendAsync(
        ReadOnlySequence<byte> data, CancellationToken cancellationToken = default) =>
        _channel.Output.SendAsync(in data, cancellationToken);

    public override void Abort(Exception? reason = null) =>
        _channel.Abort(ConnectionErrors.Aborted(reason));

    public override ValueTask DisposeAsync()
    {
        TaskCompletionSource disposed;
        lock (_channel)
        {
            if (_disposed is not null)
                return new ValueTask(_disposed.Task);

            disposed = _disposed =
                new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isClosed)
                disposed.SetResult();
        }

        _channel.Input.Complete();
        _channel.Output.Complete();
        _channel.Request(ChannelRequests.Close);
        return new ValueTask(disposed.Task);
    }

    /// <summary>Ends a connection that nobody has taken.</summary>
    public void Drop()
    {
        Abort();
        _ = DisposeAsync().AsTask();
    }

    public void Start() => _channel.Request(ChannelRequests.Start);

    /// <summary>Nothing more is to be read. From any thread; once counts.</summary>
    public void OnReceiveEnded()
    {
        CancellationTokenSource? source;
        lock (_channel)
        {
            if (_hasReceiveEnded)
                return;

            _hasReceiveEnded = true;
            source = _receiveEnded;
        }

        Cancel(source);
    }

    /// <summary>
    /// The peer has closed its side and left bytes that nobody has read. On the reactor's thread.
    /// </summary>
    /// <remarks>
    /// Who reads them is told of the end after the last byte. But a request handler may not mean
    /// to read what else the peer sent, and must learn that it has left.
    /// </remarks>
    public void OnEndedUnread()
    {
        bool isAwaited;
        lock (_channel)
        {
            Volatile.Write(ref _isEndedUnread, true);
            isAwaited = _receiveEnded is not null && !_hasReceiveEnded;
        }

        if (isAwaited)
            WaitForReader(this);
    }

    /// <summary>The kernel holds nothing of this connection any more. On its thread.</summary>
    public void OnClosed()
    {
        CancellationTokenSource? source;
        TaskCompletionSource? disposed;
        lock (_channel)
        {
            _isClosed = true;
            source = _closed;
            disposed = _disposed;
        }

        _gate.OnClosed(this);
        disposed?.SetResult();
        Cancel(source);
    }

    internal override void Schedule(Action<object?> callback, object? state)
    {
        if (_channel.Loop.Turns is null)
            _channel.Loop.Post(new CallbackWork(callback, state));
        else
            ThreadPool.UnsafeQueueUserWorkItem(callback, state, preferLocal: false);
    }

    internal override void ReportErrorsAsCompleted() =>
        _channel.Output.ReportsErrorsAsCompleted = true;

    private static void WaitForReader(object? connection)
    {
        var ended = (UringConnection)connection!;
        ended._channel.Loop.Timers.Add(new UnreadTimer(ended), ReaderPatience);
    }

    // Callbacks of a token are user code that may block: never on the reactor's thread.
    private void Cancel(CancellationTokenSource? source)
    {
        if (source is not null)
            ThreadPool.UnsafeQueueUserWorkItem(RunCallbacks, source, preferLocal: false);
    }

    private void RunCallbacks(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException failure)
        {
            Log.ClosedCallbackFailed(_channel.Loop.Logger, failure);
        }
    }

    // Most connections are never asked for their tokens, so none is made before that.
    private CancellationToken TokenOf(ref CancellationTokenSource? source, ref bool hasFired)
    {
        lock (_channel)
        {
            if (source is not null)
                return source.Token;
            if (hasFired)
                return new CancellationToken(canceled: true);

            source = new CancellationTokenSource();
            return source.Token;
        }
    }

    private sealed class UnreadTimer(UringConnection connection) : ReactorTimer
    {
        internal override void OnDue() => connection.OnReceiveEnded();
    }
}
