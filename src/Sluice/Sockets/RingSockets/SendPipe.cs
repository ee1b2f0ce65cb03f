using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// The writing side of a connection: blocks that the writer fills and the kernel sends as they
/// are.
/// </summary>
/// <remarks>
/// One lock guards everything; it is not held over system calls or user code. Bytes are sent by one
/// owner at a time, which keeps their order. The writer has its block on loan from
/// <see cref="GetMemory"/> to the next flush.
/// </remarks>
internal sealed class SendPipe : PipeWriter, IValueTaskSource<FlushResult>
{
    private readonly SocketChannel _channel;
    private readonly Lock _gate = new();
    private readonly SendQueue _bytes;
    private readonly int _pauseAt;
    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private Exception? _error;
    private SendOwner _owner;
    private WaitState _wait;
    private bool _isDeferred;
    private bool _isCompleted;
    private bool _isStopped;
    private bool _isCancelRequested;

    public SendPipe(SocketChannel channel, int watermark)
    {
        _channel = channel;
        _bytes = new SendQueue(channel.Loop.SendBlocks);
        _pauseAt = watermark;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _bytes.Unflushed;

    /// <summary>
    /// Whether a flush of a connection that was reset completes with
    /// <see cref="FlushResult.IsCompleted"/> instead of an exception, as Kestrel expects.
    /// </summary>
    public bool ReportsErrorsAsCompleted { get; set; }

    /// <summary>Whether the writer has completed and all its bytes were sent.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
                return _isCompleted && _bytes.Unsent == 0 && _owner == SendOwner.None;
        }
    }

    private bool IsSatisfied =>
        _bytes.Unsent <= (_wait == WaitState.None ? _pauseAt : _pauseAt / 2)
        || _isCancelRequested
        || _isStopped
        || _error is not null
        || _token.IsCancellationRequested;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        SendBlock block = BlockWithRoom(sizeHint);
        return block.Memory[block.Written..];
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        SendBlock block = BlockWithRoom(sizeHint);
        return block.GetSpan()[block.Written..];
    }

    public override void Advance(int bytes) => _bytes.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(
        CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);

        lock (_gate)
        {
            if (_isCompleted)
                throw new InvalidOperationException("The writer was completed.");
            if (_wait != WaitState.None)
                throw new InvalidOperationException("A flush is pending already.");

            Commit();
            if (!ChooseSender())
                return FinishFlush(cancellationToken);
        }

        SendOnThisThread();
        lock (_gate)
            return FinishFlush(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        bool continues;
        lock (_gate)
        {
            _isCancelRequested = true;
            continues = TrySignal();
        }

        if (continues)
            _channel.Turn.Post(Continuations.Flush);
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
            _channel.Abort(exception);

        bool sendsNow;
        lock (_gate)
        {
            if (_isCompleted)
                return;

            _isCompleted = true;
            Commit();
            sendsNow = ChooseSender();
        }

        if (sendsNow)
            SendOnThisThread();
        _channel.Request(ChannelRequests.Output);
    }

    /// <summary>Sends what the turn that ends now has gathered.</summary>
    public void SendDeferred()
    {
        lock (_gate)
        {
            if (!_isDeferred)
                return;

            _isDeferred = false;
            if (_owner != SendOwner.None || _bytes.Unsent == 0 || _isStopped)
                return;

            _owner = SendOwner.Thread;
        }

        SendOnThisThread();
    }

    /// <summary>Becomes the ring's to send, if there is something and nobody sends.</summary>
    public bool TryBeginRingSend(Span<BufferSegment> segments, out int count)
    {
        lock (_gate)
        {
            count = 0;
            if (_owner != SendOwner.None || _bytes.Unsent == 0 || _isStopped)
                return false;

            _owner = SendOwner.Ring;
            _isDeferred = false;
            count = _bytes.Gather(segments);
            return true;
        }
    }

    /// <summary>The ring's send has ended; on the reactor's thread.</summary>
    /// <param name="sent">How many bytes it sent.</param>
    /// <param name="error">Why it failed; null if it did not.</param>
    /// <param name="wantsMore">Whether the output needs the reactor once more.</param>
    /// <returns>Whether a waiting flush is to be continued.</returns>
    public bool OnRingSent(int sent, Exception? error, out bool wantsMore)
    {
        lock (_gate)
        {
            _owner = SendOwner.None;
            if (error is null)
                _bytes.Consume(sent);
            else
                Fail(error);
            if (_isStopped)
                _bytes.Discard();
            wantsMore = _bytes.Unsent != 0 || _isCompleted;
            return TrySignal();
        }
    }

    /// <summary>No more bytes will be sent.</summary>
    /// <param name="error">Why, for flushes to come; null if the connection ended well.</param>
    /// <param name="continues">Whether a waiting flush is to be continued.</param>
    /// <returns>False if a thread is sending: it calls the channel when it is done.</returns>
    public bool TryStop(Exception? error, out bool continues)
    {
        lock (_gate)
        {
            Fail(error);
            continues = TrySignal();
            return _owner == SendOwner.None;
        }
    }

    /// <summary>Continues the flush that was signalled, on the calling thread.</summary>
    public void Continue()
    {
        FlushResult result;
        Exception? failure;
        CancellationTokenRegistration registration;
        lock (_gate)
        {
            if (_wait != WaitState.Signalled)
                return;

            _wait = WaitState.None;
            registration = _registration;
            _registration = default;
            failure = Take(out result);
            _token = default;
        }

        registration.Unregister();
        if (failure is null)
            _source.SetResult(result);
        else
            _source.SetException(failure);
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        bool isDone = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // A second use of the same ValueTask must fail, not repeat this result.
            if (isDone)
                _source.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) =>
        _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> FinishFlush(CancellationToken cancellationToken)
    {
        if (IsSatisfied)
        {
            return Take(out FlushResult result) is { } failure
                ? ValueTask.FromException<FlushResult>(failure)
                : new ValueTask<FlushResult>(result);
        }

        _wait = WaitState.Waiting;
        var pending = new ValueTask<FlushResult>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _token = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(
                static (state, _) => ((SendPipe)state!).OnTokenCancelled(), this);
        }

        return pending;
    }

    // Sends until all is gone, the socket is full (then the reactor goes on), or it failed.
    private void SendOnThisThread()
    {
        Span<BufferSegment> segments = stackalloc BufferSegment[SendScratch.SegmentsMax];
        bool continues;
        bool needsReactor;
        while (true)
        {
            int count;
            lock (_gate)
                count = _bytes.Gather(segments);

            int sent = _channel.TrySend(segments[..count]);
            lock (_gate)
            {
                if (sent > 0)
                    _bytes.Consume(sent);
                bool goesOn = sent > 0 && _bytes.Unsent != 0 && !_isStopped;
                if (goesOn || sent == -(int)Errno.EINTR)
                    continue;

                _owner = SendOwner.None;
                if (sent < 0 && sent != -(int)Errno.EAGAIN)
                    Fail(SocketErrors.ToException((Errno)(-sent)));
                else if (_isStopped)
                    _bytes.Discard();
                continues = TrySignal();
                needsReactor = _bytes.Unsent != 0 || _isStopped || _isCompleted;
                break;
            }
        }

        if (continues)
            _channel.Turn.Post(Continuations.Flush);
        if (needsReactor)
            _channel.Request(ChannelRequests.Output);
    }

    // True if the caller is to send. Under the lock.
    private bool ChooseSender()
    {
        if (_owner != SendOwner.None || _bytes.Unsent == 0 || _isStopped)
            return false;

        switch (_channel.ArrangeSend())
        {
            case SendPlace.EndOfTurn:
                _isDeferred = true;
                return false;
            case SendPlace.Reactor:
                return false;
            default:
                _owner = SendOwner.Thread;
                return true;
        }
    }

    private SendBlock BlockWithRoom(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        lock (_gate)
        {
            if (_isCompleted)
                throw new InvalidOperationException("The writer was completed.");

            return _bytes.Lend(sizeHint);
        }
    }

    private void Commit()
    {
        if (!_isStopped)
        {
            _bytes.Flush();
            return;
        }

        // What is being sent stays until its completion, even if nobody wants it any more.
        _bytes.Forget();
        if (_owner == SendOwner.None)
            _bytes.Discard();
    }

    private void Fail(Exception? error)
    {
        _error ??= error;
        _isStopped = true;
        if (_owner == SendOwner.None)
            _bytes.Discard();
    }

    private bool TrySignal()
    {
        if (_wait != WaitState.Waiting || !IsSatisfied)
            return false;

        _wait = WaitState.Signalled;
        return true;
    }

    private Exception? Take(out FlushResult result)
    {
        bool isCancelled = _isCancelRequested;
        _isCancelRequested = false;
        result = new FlushResult(isCancelled, _isStopped);
        if (isCancelled || _error is not null)
            return isCancelled || ReportsErrorsAsCompleted ? null : _error;
        return !_isStopped && _bytes.Unsent > _pauseAt / 2 && _token.IsCancellationRequested
            ? new OperationCanceledException(_token)
            : null;
    }

    private void OnTokenCancelled()
    {
        bool continues;
        lock (_gate)
            continues = TrySignal();
        if (continues)
            _channel.Turn.Post(Continuations.Flush);
    }
}
