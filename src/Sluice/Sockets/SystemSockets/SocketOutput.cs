using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;

namespace Sluice.Sockets.SystemSockets;

/// <summary>
/// The writing side of a connection over <c>System.Net.Sockets</c>: the writer of a pipe, and
/// memory of the caller's that is sent between what was written before it and what is written
/// after.
/// </summary>
/// <remarks>
/// <code>
///   |-- sent --|---- in the pipe ----|-- in the pipe --|
///                                    ^ _borrowedAt      ^ _written, if the writer goes on
/// </code>
/// The send loop alone sends. It asks where the memory belongs, and is woken by a cancelled read;
/// the caller waits meanwhile. What both touch is behind a gate. Little goes through the pipe, by a
/// copy: then nobody waits, and the caller need not be woken.
/// </remarks>
internal sealed class SocketOutput : PipeWriter, IValueTaskSource, IThreadPoolWorkItem
{
    private const int LittleMax = 4096;

    private readonly SocketConnection _connection;
    private readonly PipeWriter _writer;
    private readonly PipeReader _reader;
    private readonly bool _isInline;
    private readonly int _watermark;

    // The writer's own.
    private long _written;
    private bool _isCompleted;

    // Changed inside the gate.
    private SpinGate _gate;
    private PendingResult<bool> _wait;
    private ReadOnlySequence<byte> _borrowed;
    private long _borrowedAt;
    private long _sent;
    private bool _isBorrowing;
    private bool _isSent;
    private bool _isOver;
    private Exception? _failure;

    /// <param name="connection">What is aborted if a send is cancelled.</param>
    /// <param name="pipe">The pipe to write to.</param>
    /// <param name="context">What the engine shares.</param>
    public SocketOutput(SocketConnection connection, Pipe pipe, SocketsContext context)
    {
        _connection = connection;
        _writer = pipe.Writer;
        _reader = pipe.Reader;
        _isInline = context.Scheduler == PipeScheduler.Inline;
        _watermark = context.SendWatermark;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _writer.UnflushedBytes;

    /// <summary>The memory that is due; the send loop's.</summary>
    public ReadOnlySequence<byte> Borrowed => _borrowed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _writer.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _writer.Advance(bytes);
        _written += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(
        CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _isBorrowing))
            throw new InvalidOperationException("A send is pending already.");

        return _writer.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => _writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        _writer.Complete(exception);
    }

    /// <summary>See <see cref="Connection.SendAsync(ReadOnlySequence{byte}, CancellationToken)"/>.
    /// </summary>
    public ValueTask SendAsync(
        in ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (_isCompleted)
            throw new InvalidOperationException("The writer was completed.");

        long length = data.Length;
        bool isLittle;
        using (_gate.Enter())
        {
            if (_isBorrowing)
                throw new InvalidOperationException("A send is pending already.");
            if (_isOver)
                return ValueTask.FromException(_failure!);

            isLittle = length <= LittleMax && _written + length - _sent <= _watermark;
            if (!isLittle)
            {
                _borrowed = data;
                _borrowedAt = _written;
                _isBorrowing = true;
                _isSent = false;
            }
        }

        if (isLittle)
        {
            foreach (ReadOnlyMemory<byte> piece in data)
                this.Write(piece.Span);
            FlushWritten();
            return default;
        }

        FlushWritten();
        _reader.CancelPendingRead();
        return FinishSend(cancellationToken);
    }

    /// <summary>Whether it is <see cref="Borrowed"/> that is to be sent now.</summary>
    /// <param name="sent">How many bytes of the pipe were sent.</param>
    public bool IsDue(long sent)
    {
        using (_gate.Enter())
        {
            _sent = sent;
            return _isBorrowing && !_isSent && sent == _borrowedAt;
        }
    }

    /// <summary>How many of the bytes that were read from the pipe are to be sent now.</summary>
    /// <param name="sent">How many were sent before them.</param>
    /// <param name="available">How many there are.</param>
    public long LengthAhead(long sent, long available)
    {
        using (_gate.Enter())
        {
            return _isBorrowing && !_isSent
                ? Math.Min(available, _borrowedAt - sent)
                : available;
        }
    }

    /// <summary>The socket has taken the memory.</summary>
    public void OnBorrowedSent()
    {
        bool continues;
        using (_gate.Enter())
        {
            _isSent = true;
            continues = _wait.TrySignal();
        }

        if (continues)
            Post();
    }

    /// <summary>Nothing will be sent any more.</summary>
    /// <param name="failure">Why; null if all was sent.</param>
    public void End(Exception? failure)
    {
        bool continues;
        using (_gate.Enter())
        {
            _isOver = true;
            _failure = failure;
            continues = _wait.TrySignal();
        }

        if (continues)
            Post();
    }

    void IThreadPoolWorkItem.Execute() => Continue();

    void IValueTaskSource.GetResult(short token) => _ = _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Post()
    {
        if (_isInline)
            Continue();
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Continue()
    {
        Exception? failure;
        CancellationTokenRegistration registration;
        using (_gate.Enter())
        {
            if (!_wait.TryContinue(out registration))
                return;

            failure = EndSend();
            _wait.ForgetToken();
        }

        registration.Unregister();
        _wait.Set(true, failure);
    }

    // What was written before goes to the loop. That it may have to wait is of no interest, because
    // the memory waits behind it.
    private void FlushWritten()
    {
        if (_writer.UnflushedBytes == 0)
            return;

        try
        {
#pragma warning disable CA2012 // A pipe's flush needs nobody who awaits it.
            _ = _writer.FlushAsync(CancellationToken.None);
#pragma warning restore CA2012
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The loop has ended, and says why at the end of the send.
        }
    }

    private ValueTask FinishSend(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        bool isDone;
        using (_gate.Enter())
        {
            isDone = _isSent || _isOver;
            if (isDone)
                failure = EndSend();
            else
                _wait.Begin(cancellationToken);
        }

        if (isDone)
            return failure is null ? default : ValueTask.FromException(failure);

        var wait = new ValueTask(this, _wait.Version);
        _wait.WatchToken(
            this,
            ref _gate,
            static output => ((SocketOutput)output!).OnTokenCancelled(),
            cancellationToken);
        return wait;
    }

    // Inside the gate.
    private Exception? EndSend()
    {
        _borrowed = default;
        _isBorrowing = false;
        if (_isSent)
            return null;
        return _wait.Token.IsCancellationRequested
            ? new OperationCanceledException(_wait.Token)
            : _failure;
    }

    // A part may have left, and the peer must not take what follows for the rest.
    private void OnTokenCancelled()
    {
        bool aborts;
        CancellationToken token;
        using (_gate.Enter())
        {
            token = _wait.Token;
            aborts = token.IsCancellationRequested && _wait.IsWaiting && !_isSent;
        }

        if (aborts)
            _connection.Abort(new OperationCanceledException(token));
    }
}
