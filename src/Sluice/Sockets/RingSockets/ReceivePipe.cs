using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Sluice.Reactors;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// The reading side of a connection: the buffers that the kernel filled, as one sequence.
/// </summary>
/// <remarks>
/// <code>
///   [consumed|------- examined -------|---]-> [------|----]
///            ^ _bytes.Start           ^ _examined    ^ _seen  ^ _bytes.End
/// </code>
/// The reactor's thread appends, one reader at a time takes and advances. What both touch is behind
/// a gate, which is held for a few instructions, never over user code. What lies before the place
/// where the reader's last look inside the gate ended is the reader's alone: to read it once more,
/// and to step forward inside a buffer that it is all in, takes no gate. So goes every request but
/// the last of those that arrived together.
/// </remarks>
internal sealed class ReceivePipe : PipeReader, IValueTaskSource<ReadResult>
{
    private readonly SocketChannel _channel;
    private readonly int _pauseAt;
    private ReceiveQueue _bytes;
    private SpinGate _gate;
    private PendingResult<ReadResult> _wait;

    // The reader's own, positions as those of the queue. Others look at what was examined only
    // inside the gate and while the reader waits, which it began to do inside the gate.
    private ReceiveSegment? _seenTail;
    private int _seenLength;
    private long _seen;
    private long _examined;
    private bool _isReading;

    // Changed inside the gate.
    private Exception? _error;
    private bool _hasEnded;
    private bool _isCompleted;
    private bool _isCancelRequested;

    public ReceivePipe(SocketChannel channel, int watermark)
    {
        _channel = channel;
        _bytes = new ReceiveQueue(channel.Loop, this);
        _pauseAt = Math.Max(1, watermark / channel.Loop.Receive.BufferSize);
    }

    // A reader that has seen everything and waits for more must get more, however much it holds.
    private bool WantsMore => _wait.IsWaiting && _examined == _bytes.End;

    private bool IsFull => _bytes.Count >= _pauseAt;

    private bool IsSatisfied =>
        _bytes.End > _examined || _hasEnded || _isCancelRequested || _error is not null;

    /// <summary>Whether bytes are to be received now.</summary>
    public bool IsOpen
    {
        get
        {
            using (_gate.Enter())
                return !_isCompleted && !_hasEnded && (!IsFull || WantsMore);
        }
    }

    /// <summary>Takes received bytes; on the reactor's thread.</summary>
    /// <param name="segment">The buffer; it belongs to the pipe now.</param>
    /// <param name="length">Received bytes, at least one.</param>
    /// <param name="isFull">Whether receiving is to pause.</param>
    /// <returns>Whether a waiting reader is to be continued.</returns>
    public bool Append(ReceiveSegment segment, int length, out bool isFull)
    {
        using (_gate.Enter())
        {
            isFull = _isCompleted;
            if (_isCompleted)
            {
                _channel.Loop.Give(segment);
                return false;
            }

            _bytes.Append(segment, length);
            isFull = IsFull;
            return TrySignal();
        }
    }

    /// <summary>No more bytes will come: the peer closed its side, or there was an error.</summary>
    /// <param name="error">The error; null if the peer closed.</param>
    /// <param name="isDrained">Whether the reader has consumed all that came before.</param>
    /// <returns>Whether a waiting reader is to be continued.</returns>
    public bool End(Exception? error, out bool isDrained)
    {
        using (_gate.Enter())
        {
            isDrained = _bytes.Head is null || error is not null;
            if (_error is not null || (_hasEnded && error is null))
                return false;

            _hasEnded = true;
            _error = error;
            return TrySignal();
        }
    }

    /// <summary>Continues the reader that was signalled, on the calling thread.</summary>
    public void Continue()
    {
        ReadResult result;
        Exception? failure;
        CancellationTokenRegistration registration;
        using (_gate.Enter())
        {
            if (!_wait.TryContinue(out registration))
                return;

            failure = Take(out result);
            _wait.ForgetToken();
        }

        registration.Unregister();
        _wait.Set(result, failure);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (TryReadSeen(out result))
            return true;

        using (_gate.Enter())
        {
            ThrowIfCannotRead();
            if (!IsSatisfied)
                return false;
            if (Take(out result) is { } failure)
                throw failure;
            return true;
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.IsCancellationRequested && TryReadSeen(out ReadResult seen))
            return new ValueTask<ReadResult>(seen);

        ReadResult result = default;
        Exception? failure = null;
        bool isCancelled;
        bool isDone;
        bool isDemand;
        using (_gate.Enter())
        {
            ThrowIfCannotRead();
            isCancelled = cancellationToken.IsCancellationRequested;
            isDone = isCancelled || IsSatisfied;
            if (!isDone)
                _wait.Begin(cancellationToken);
            else if (!isCancelled)
                failure = Take(out result);
            isDemand = !isDone && IsFull;
        }

        if (isCancelled)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        if (isDone)
        {
            return failure is null
                ? new ValueTask<ReadResult>(result)
                : ValueTask.FromException<ReadResult>(failure);
        }

        if (isDemand)
            _channel.Request(ChannelRequests.Receive);
        return _wait.Watch(
            this,
            ref _gate,
            static pipe => ((ReceivePipe)pipe!).OnTokenCancelled(),
            cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (TryAdvanceInHead(consumed, examined))
            return;

        bool resumes;
        bool isDrained;
        using (_gate.Enter())
        {
            if (!_isReading)
                throw new InvalidOperationException("There is no read to advance from.");

            long start = _bytes.Start;
            long consumedTo = _bytes.PositionOf(consumed);
            long examinedTo = _bytes.PositionOf(examined);
            if (examinedTo < consumedTo)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(examined), "What was consumed has been examined.");
            }

            _isReading = false;
            bool wasFull = IsFull;
            // The last of what came before the end, which is told then.
            isDrained = _hasEnded && consumedTo > start && consumedTo == _bytes.End;
            _bytes.Consume(consumedTo - start);
            // An idle connection keeps nothing alive of a buffer that is gone.
            if (_bytes.Head is null)
                _seenTail = null;
            _examined = examinedTo;
            resumes = wasFull && !IsFull;
        }

        if (resumes)
            _channel.Request(ChannelRequests.Receive);
        if (isDrained)
            _channel.OnInputDrained();
    }

    public override void CancelPendingRead()
    {
        bool continues;
        using (_gate.Enter())
        {
            _isCancelRequested = true;
            continues = TrySignal();
        }

        if (continues)
            _channel.Turn.Post(Continuations.Read);
    }

    public override void Complete(Exception? exception = null)
    {
        bool continues;
        bool isDrained;
        using (_gate.Enter())
        {
            if (_isCompleted)
                return;

            _isCompleted = true;
            _isReading = false;
            isDrained = _hasEnded && _bytes.Head is not null;
            _bytes.Consume(_bytes.End - _bytes.Start);
            _examined = _bytes.End;
            _error ??= exception;
            _hasEnded = true;
            continues = TrySignal();
        }

        if (continues)
            _channel.Turn.Post(Continuations.Read);
        _channel.Request(ChannelRequests.Receive);
        if (isDrained)
            _channel.OnInputDrained();
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) =>
        _wait.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void OnTokenCancelled()
    {
        bool continues;
        // A callback that comes late finds another wait, whose token has not fired, or none.
        using (_gate.Enter())
            continues = _wait.Token.IsCancellationRequested && _wait.TrySignal();
        if (continues)
            _channel.Turn.Post(Continuations.Read);
    }

    private bool TrySignal() => _wait.IsWaiting && IsSatisfied && _wait.TrySignal();

    // A read of what the reader knows of and has not examined, without the gate. A cancellation
    // that is not seen here counts for the next read, as if it had come after this one.
    private bool TryReadSeen(out ReadResult result)
    {
        if (_examined >= _seen
            || _isReading
            || _isCompleted
            || Volatile.Read(ref _isCancelRequested))
        {
            result = default;
            return false;
        }

        _isReading = true;
        result = new ReadResult(
            new ReadOnlySequence<byte>(_bytes.Head!, _bytes.HeadIndex, _seenTail!, _seenLength),
            isCanceled: false,
            isCompleted: false);
        return true;
    }

    // A step inside the one buffer that the reader knows of, without the gate: neither is a buffer
    // given back nor does the input drain. All else, misuse included, is not for here.
    private bool TryAdvanceInHead(SequencePosition consumed, SequencePosition examined)
    {
        ReceiveSegment? head = _bytes.Head;
        int consumedTo = consumed.GetInteger();
        int examinedTo = examined.GetInteger();
        if (!_isReading
            || head is null
            || !ReferenceEquals(head, _seenTail)
            || !ReferenceEquals(head, consumed.GetObject())
            || !ReferenceEquals(head, examined.GetObject())
            || consumedTo < _bytes.HeadIndex
            || consumedTo >= _seenLength
            || examinedTo < consumedTo
            || examinedTo > _seenLength)
        {
            return false;
        }

        _isReading = false;
        _bytes.HeadIndex = consumedTo;
        _examined = head.RunningIndex + examinedTo;
        return true;
    }

    // The result of a read that need not wait. Data comes before the error that follows it.
    private Exception? Take(out ReadResult result)
    {
        result = default;
        bool isCancelled = _isCancelRequested;
        bool hasNews = _bytes.End > _examined;
        if (!isCancelled && !hasNews)
        {
            if (_wait.Token.IsCancellationRequested)
                return new OperationCanceledException(_wait.Token);
            if (_error is not null)
                return _error;
        }

        _isCancelRequested = false;
        _isReading = true;
        _seen = _bytes.End;
        _seenTail = _bytes.Tail(out _seenLength);
        ReadOnlySequence<byte> buffer = _seenTail is null
            ? default
            : new ReadOnlySequence<byte>(
                _bytes.Head!, _bytes.HeadIndex, _seenTail, _seenLength);
        // The end is told alone, after the bytes before it: readers that take a completed result
        // for a peer that left (Kestrel, for a request's body) would drop what it sent last.
        bool isCompleted = _hasEnded && _error is null && !hasNews;
        result = new ReadResult(buffer, isCancelled, isCompleted);
        return null;
    }

    private void ThrowIfCannotRead()
    {
        if (_isCompleted)
            throw new InvalidOperationException("The reader was completed.");
        if (_isReading)
            throw new InvalidOperationException("The last read was not advanced from.");
        if (_wait.IsPending)
            throw new InvalidOperationException("A read is pending already.");
    }
}
