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
///   _head                                     _tail
///   [consumed|------- examined -------|---]-> [------]
///            ^ _headIndex             ^ _examined    ^ _unread (both counted from _headIndex)
/// </code>
/// One lock guards everything; it is held for a few instructions, never over user code. The
/// reactor's thread appends, one reader at a time takes and advances. A small piece that arrives
/// behind unread data is copied to the room behind it, so that a peer that sends single bytes
/// cannot hold a buffer for each.
/// </remarks>
internal sealed class ReceivePipe : PipeReader, IValueTaskSource<ReadResult>
{
    private readonly SocketChannel _channel;
    private readonly Lock _gate = new();
    private readonly int _pauseAt;
    private readonly int _smallPiece;
    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private ReceiveSegment? _head;
    private ReceiveSegment? _tail;
    private int _headIndex;
    private int _held;
    private long _unread;
    private long _examined;
    private Exception? _error;
    private WaitState _wait;
    private bool _hasEnded;
    private bool _isReading;
    private bool _isCompleted;
    private bool _isCancelRequested;

    public ReceivePipe(SocketChannel channel, int watermark)
    {
        _channel = channel;
        _pauseAt = Math.Max(1, watermark / channel.Loop.Receive.BufferSize);
        _smallPiece = channel.Loop.Receive.BufferSize / 4;
    }

    // A reader that has seen everything and waits for more must get more, however much it holds.
    private bool WantsMore => _wait == WaitState.Waiting && _examined == _unread;

    private bool IsSatisfied =>
        _unread > _examined || _hasEnded || _isCancelRequested || _error is not null;

    /// <summary>Whether bytes are to be received now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return !_isCompleted && !_hasEnded && (_held < _pauseAt || WantsMore);
        }
    }

    /// <summary>Takes received bytes; on the reactor's thread.</summary>
    /// <param name="segment">The buffer; it belongs to the pipe now.</param>
    /// <param name="length">Received bytes, at least one.</param>
    /// <param name="isFull">Whether receiving is to pause.</param>
    /// <returns>Whether a waiting reader is to be continued.</returns>
    public bool Append(ReceiveSegment segment, int length, out bool isFull)
    {
        lock (_gate)
        {
            isFull = _isCompleted;
            if (_isCompleted)
            {
                _channel.Loop.Give(segment);
                return false;
            }

            if (_tail is { } tail && length <= tail.Spare && length <= _smallPiece)
            {
                tail.Extend(segment.Received(length));
                _channel.Loop.Give(segment);
            }
            else
            {
                segment.Append(_tail, this, length);
                _head ??= segment;
                _tail = segment;
                _held++;
            }

            _unread += length;
            isFull = _held >= _pauseAt;
            return TrySignal();
        }
    }

    /// <summary>No more bytes will come: the peer closed its side, or there was an error.</summary>
    /// <param name="error">The error; null if the peer closed.</param>
    /// <param name="isDrained">Whether the reader has consumed all that came before.</param>
    /// <returns>Whether a waiting reader is to be continued.</returns>
    public bool End(Exception? error, out bool isDrained)
    {
        lock (_gate)
        {
            isDrained = _unread == 0 || error is not null;
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

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
        {
            ThrowIfCannotRead();
            result = default;
            if (!IsSatisfied)
                return false;
            if (Take(out result) is { } failure)
                throw failure;
            return true;
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        bool isDemand;
        ValueTask<ReadResult> pending;
        lock (_gate)
        {
            ThrowIfCannotRead();
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            if (IsSatisfied)
            {
                return Take(out ReadResult result) is { } failure
                    ? ValueTask.FromException<ReadResult>(failure)
                    : new ValueTask<ReadResult>(result);
            }

            _wait = WaitState.Waiting;
            isDemand = _held >= _pauseAt;
            pending = new ValueTask<ReadResult>(this, _source.Version);
            if (cancellationToken.CanBeCanceled)
            {
                _token = cancellationToken;
                _registration = cancellationToken.UnsafeRegister(
                    static (state, _) => ((ReceivePipe)state!).OnTokenCancelled(), this);
            }
        }

        if (isDemand)
            _channel.Request(ChannelRequests.Receive);
        return pending;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        bool resumes;
        bool isDrained;
        lock (_gate)
        {
            if (!_isReading)
                throw new InvalidOperationException("There is no read to advance from.");

            long consumedCount = Offset(consumed);
            long examinedCount = Offset(examined);
            if (examinedCount < consumedCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(examined), "What was consumed has been examined.");
            }

            _isReading = false;
            bool wasFull = _held >= _pauseAt;
            // The last of what came before the end, which is told then.
            isDrained = _hasEnded && consumedCount > 0 && consumedCount == _unread;
            Consume(consumedCount);
            _examined = examinedCount - consumedCount;
            resumes = wasFull && _held < _pauseAt;
        }

        if (resumes)
            _channel.Request(ChannelRequests.Receive);
        if (isDrained)
            _channel.OnInputDrained();
    }

    public override void CancelPendingRead()
    {
        bool continues;
        lock (_gate)
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
        lock (_gate)
        {
            if (_isCompleted)
                return;

            _isCompleted = true;
            _isReading = false;
            isDrained = _hasEnded && _unread > 0;
            Consume(_unread);
            _examined = 0;
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

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
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

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) =>
        _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnTokenCancelled()
    {
        bool continues;
        lock (_gate)
        {
            continues = _wait == WaitState.Waiting && _token.IsCancellationRequested;
            if (continues)
                _wait = WaitState.Signalled;
        }

        if (continues)
            _channel.Turn.Post(Continuations.Read);
    }

    private bool TrySignal()
    {
        if (_wait != WaitState.Waiting || !IsSatisfied)
            return false;

        _wait = WaitState.Signalled;
        return true;
    }

    // The result of a read that need not wait. Data comes before the error that follows it.
    private Exception? Take(out ReadResult result)
    {
        result = default;
        bool isCancelled = _isCancelRequested;
        bool hasNews = _unread > _examined;
        if (!isCancelled && !hasNews)
        {
            if (_token.IsCancellationRequested)
                return new OperationCanceledException(_token);
            if (_error is not null)
                return _error;
        }

        _isCancelRequested = false;
        _isReading = true;
        ReadOnlySequence<byte> buffer = _head is null
            ? default
            : new ReadOnlySequence<byte>(_head, _headIndex, _tail!, _tail!.Length);
        // The end is told alone, after the bytes before it: readers that take a completed result
        // for a peer that left (Kestrel, for a request's body) would drop what it sent last.
        bool isCompleted = _hasEnded && _error is null && !hasNews;
        result = new ReadResult(buffer, isCancelled, isCompleted);
        return null;
    }

    // Bytes from the start of what is unread to a position that a read gave out.
    private long Offset(SequencePosition position)
    {
        object? at = position.GetObject();
        if (at is null)
            return 0;

        if (at is not ReceiveSegment segment || !ReferenceEquals(segment.Holder, this))
            throw new ArgumentOutOfRangeException(nameof(position), "The position is stale.");

        long offset = segment.RunningIndex + position.GetInteger()
            - _head!.RunningIndex - _headIndex;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (ulong)offset, (ulong)_unread, nameof(position));
        return offset;
    }

    private void Consume(long count)
    {
        _unread -= count;
        while (_head is { } head)
        {
            int here = head.Length - _headIndex;
            if (count < here)
            {
                _headIndex += (int)count;
                return;
            }

            count -= here;
            _head = head.NextSegment;
            _headIndex = 0;
            _held--;
            _channel.Loop.Give(head);
        }

        _tail = null;
    }

    private void ThrowIfCannotRead()
    {
        if (_isCompleted)
            throw new InvalidOperationException("The reader was completed.");
        if (_isReading)
            throw new InvalidOperationException("The last read was not advanced from.");
        if (_wait != WaitState.None)
            throw new InvalidOperationException("A read is pending already.");
    }
}
