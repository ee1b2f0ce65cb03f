// Long: what is written and what is lent leave by one gate; who may send is decided in one place.
using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// The writing side of a connection: blocks that the writer fills, and memory that it lends, both
/// of which the kernel sends as they are.
/// </summary>
/// <remarks>
/// A gate guards everything but the block that the writer has on loan, from
/// <see cref="GetMemory"/> to the next flush; it is held for a few instructions, never over a send
/// or user code. Bytes are sent by one owner at a time, which keeps their order. One flush or one
/// send of the caller's memory waits at a time, so both use the same wait.
/// </remarks>
internal sealed class SendPipe : PipeWriter, IValueTaskSource<FlushResult>, IValueTaskSource
{
    private readonly SocketChannel _channel;
    private readonly int _pauseAt;
    private SendQueue _bytes;
    private SpinGate _gate;
    private PendingResult<FlushResult> _wait;
    private Exception? _error;
    private SendOwner _owner;
    private SendGathering _gathering = new();
    private bool _isDeferred;
    private bool _isCompleted;
    private bool _isStopped;
    private bool _isCancelRequested;
    private BorrowedMemory? _spare;

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
            using (_gate.Enter())
                return _isCompleted && _bytes.Unsent == 0 && _owner == SendOwner.None;
        }
    }

    private bool IsSatisfied => _bytes.Borrowed?.IsFree ?? IsFlushSatisfied;

    private bool IsFlushSatisfied =>
        _bytes.Unsent <= (_wait.IsPending ? _pauseAt / 2 : _pauseAt)
        || _isCancelRequested
        || _isStopped
        || _error is not null
        || _wait.Token.IsCancellationRequested;

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

        FlushResult result = default;
        Exception? failure = null;
        bool isDone;
        bool sendsNow;
        bool asksForTurn;
        using (_gate.Enter())
        {
            if (Refusal() is { } refusal)
                throw refusal;

            Commit();
            sendsNow = ChooseSender(mayWait: true, out asksForTurn);
            isDone = !sendsNow && TryFinish(out result, out failure, cancellationToken);
        }

        if (asksForTurn)
            _channel.Turn.Post(Continuations.Send);

        if (sendsNow)
        {
            SendOnThisThread();
            using (_gate.Enter())
                isDone = TryFinish(out result, out failure, cancellationToken);
        }

        if (isDone)
        {
            return failure is null
                ? new ValueTask<FlushResult>(result)
                : ValueTask.FromException<FlushResult>(failure);
        }

        return _wait.Watch(
            this,
            ref _gate,
            static pipe => ((SendPipe)pipe!).OnTokenCancelled(),
            cancellationToken);
    }

    /// <summary>See <see cref="Connection.SendAsync(ReadOnlySequence{byte}, CancellationToken)"/>.
    /// </summary>
    /// <remarks>
    /// It is tried at once, wherever the caller is: a socket that has room takes the bytes by one
    /// call, and the caller goes on with its memory instead of being continued once more.
    /// </remarks>
    public ValueTask SendAsync(
        in ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        BorrowedMemory memory = Interlocked.Exchange(ref _spare, null) ?? new BorrowedMemory();
        memory.Pin(in data);
        InvalidOperationException? refusal;
        bool sendsNow = false;
        using (_gate.Enter())
        {
            refusal = Refusal();
            if (refusal is null)
                sendsNow = TryBorrow(memory);
        }

        if (refusal is not null)
        {
            GiveBack(memory);
            throw refusal;
        }

        if (sendsNow)
            SendOnThisThread();
        return FinishSend(memory, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        bool continues;
        using (_gate.Enter())
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
        using (_gate.Enter())
        {
            if (_isCompleted)
                return;

            _isCompleted = true;
            Commit();
            sendsNow = ChooseSender(mayWait: false, out _);
        }

        if (sendsNow)
            SendOnThisThread();
        _channel.Request(ChannelRequests.Output);
    }

    /// <summary>Sends what the turn that ends now has gathered.</summary>
    public void SendDeferred()
    {
        using (_gate.Enter())
        {
            if (!_isDeferred || _isStopped)
                return;

            Own(SendOwner.Thread);
        }

        SendOnThisThread();
    }

    /// <summary>Becomes the ring's to send, if there is something and nobody sends.</summary>
    public bool TryBeginRingSend(Span<BufferSegment> segments, out int count)
    {
        using (_gate.Enter())
        {
            count = 0;
            if (_owner != SendOwner.None || _bytes.Unsent == 0 || _isStopped)
                return false;

            Own(SendOwner.Ring);
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
        using (_gate.Enter())
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
        using (_gate.Enter())
        {
            Fail(error);
            continues = TrySignal();
            return _owner == SendOwner.None;
        }
    }

    /// <summary>Continues the flush that was signalled, on the calling thread.</summary>
    public void Continue()
    {
        FlushResult result = default;
        Exception? failure;
        BorrowedMemory? memory;
        CancellationTokenRegistration registration;
        using (_gate.Enter())
        {
            if (!_wait.TryContinue(out registration))
                return;

            memory = _bytes.Borrowed;
            failure = memory is null ? Take(out result) : EndSend(memory);
            _wait.ForgetToken();
        }

        registration.Unregister();
        try
        {
            if (memory is not null)
                GiveBack(memory);
        }
        finally
        {
            _wait.Set(result, failure);
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _wait.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _ = _wait.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    // What a flush has to say, or the beginning of a wait. Inside the gate.
    private bool TryFinish(
        out FlushResult result, out Exception? failure, CancellationToken cancellationToken)
    {
        result = default;
        failure = null;
        bool isDone = IsSatisfied;
        if (isDone)
            failure = Take(out result);
        else
            _wait.Begin(cancellationToken);
        return isDone;
    }

    // Why nothing can be flushed or sent now; null if it can. Inside the gate.
    private InvalidOperationException? Refusal()
    {
        if (_isCompleted)
            return new InvalidOperationException("The writer was completed.");
        if (_bytes.Borrowed is not null)
            return new InvalidOperationException("A send is pending already.");
        return _wait.IsPending
            ? new InvalidOperationException("A flush is pending already.")
            : null;
    }

    // True if the caller is to send. Inside the gate.
    private bool TryBorrow(BorrowedMemory memory)
    {
        Commit();
        if (_isStopped)
        {
            memory.Drop();
            return false;
        }

        _bytes.Borrow(memory);
        if (_owner != SendOwner.None || _bytes.Unsent == 0)
            return false;

        Own(SendOwner.Thread);
        return true;
    }

    private ValueTask FinishSend(BorrowedMemory memory, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        bool isDone;
        using (_gate.Enter())
        {
            isDone = memory.IsFree;
            if (isDone)
                failure = EndSend(memory);
            else
                _wait.Begin(cancellationToken);
        }

        if (isDone)
        {
            GiveBack(memory);
            return failure is null ? default : ValueTask.FromException(failure);
        }

        var wait = new ValueTask(this, _wait.Version);
        _wait.WatchToken(
            this,
            ref _gate,
            static pipe => ((SendPipe)pipe!).OnTokenCancelled(),
            cancellationToken);
        return wait;
    }

    // What a send has to say whose memory is free. Inside the gate.
    private Exception? EndSend(BorrowedMemory memory)
    {
        _bytes.GiveBack();
        if (memory.IsSent)
            return null;
        return _wait.Token.IsCancellationRequested
            ? new OperationCanceledException(_wait.Token)
            : _error;
    }

    private void GiveBack(BorrowedMemory memory)
    {
        memory.Unpin();
        Volatile.Write(ref _spare, memory);
    }

    // Sends until all is gone, the socket is full (then the reactor goes on), or it failed. The
    // reactor has others to see to: its own thread sends once, and the ring the rest.
    private void SendOnThisThread()
    {
        bool isOnce = _channel.Loop.IsOwnerThread;
        Span<BufferSegment> segments = stackalloc BufferSegment[SendScratch.SegmentsMax];
        bool continues;
        bool needsReactor;
        while (true)
        {
            int count;
            using (_gate.Enter())
                count = _bytes.Gather(segments);

            int sent = _channel.TrySend(segments[..count]);
            using (_gate.Enter())
            {
                if (sent > 0)
                    _bytes.Consume(sent);
                bool goesOn = sent > 0 && _bytes.Unsent != 0 && !_isStopped && !isOnce;
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

    // True if the caller is to send. Inside the gate.
    private bool ChooseSender(bool mayWait, out bool asksForTurn)
    {
        asksForTurn = false;
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
                // A flush above the mark would wait for the turn, so it is sent at once instead.
                if (mayWait && _bytes.Unsent <= _pauseAt && _gathering.TryAdd(out asksForTurn))
                {
                    _isDeferred = true;
                    return false;
                }

                Own(SendOwner.Thread);
                return true;
        }
    }

    // Who sends sends all, so that nothing is deferred any more. Inside the gate.
    private void Own(SendOwner owner)
    {
        _owner = owner;
        _isDeferred = false;
        _gathering.End();
    }

    private SendBlock BlockWithRoom(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_bytes.TryLendAgain(sizeHint) is { } block)
            return block;

        using (_gate.Enter())
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

    private bool TrySignal() => IsSatisfied && _wait.TrySignal();

    private Exception? Take(out FlushResult result)
    {
        bool isCancelled = _isCancelRequested;
        _isCancelRequested = false;
        result = new FlushResult(isCancelled, _isStopped);
        if (isCancelled || _error is not null)
            return isCancelled || ReportsErrorsAsCompleted ? null : _error;
        return !_isStopped && _bytes.Unsent > _pauseAt / 2 && _wait.Token.IsCancellationRequested
            ? new OperationCanceledException(_wait.Token)
            : null;
    }

    // A callback that comes late finds another wait, whose token has not fired, or none.
    private void OnTokenCancelled()
    {
        bool continues = false;
        bool aborts = false;
        CancellationToken token;
        using (_gate.Enter())
        {
            token = _wait.Token;
            if (_bytes.Borrowed is { } memory)
                aborts = token.IsCancellationRequested && _wait.IsWaiting && !memory.IsFree;
            else
                continues = TrySignal();
        }

        // A part may have left, and the peer must not take what follows for the rest.
        if (aborts)
            _channel.Abort(ConnectionErrors.Aborted(new OperationCanceledException(token)));
        if (continues)
            _channel.Turn.Post(Continuations.Flush);
    }
}
