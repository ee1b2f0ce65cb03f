using System.Threading.Tasks.Sources;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// One operation of a user's in a reactor's ring, awaitable and used again. It ends with the
/// terminal completion; its result is that of the first (they differ for zero-copy sends only).
/// </summary>
/// <remarks>
/// An object that is used again must not be run, cancelled or refused for its former user. So a
/// life starts with the mark that <see cref="Begin"/> sets last, after everything else is in
/// place; a run without the mark does nothing. And it ends only when a cancellation that is under
/// way on another thread has returned.
/// </remarks>
internal sealed class ReactorOperation : ReactorResource, IValueTaskSource<int>, IValueTaskSource
{
    // What would tie the operation to its neighbours, take a receive buffer of a connection, or
    // keep its completion back.
    private const SubmissionFlags RefusedFlags =
        SubmissionFlags.Drain | SubmissionFlags.Link | SubmissionFlags.HardLink
        | SubmissionFlags.BufferSelect | SubmissionFlags.SkipSuccess;

    private readonly OperationPool _pool;
    private readonly Timespec[] _time = GC.AllocateArray<Timespec>(1, pinned: true);
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private OperationPreparer? _prepare;
    private object? _state;
    private Exception? _failure;
    private int _isStarted;
    private int _isCancelRequested;
    private int? _result;
    private bool _isDelay;
    private bool _isAdded;
    private bool _isSubmitted;
    private bool _isCancelSubmitted;

    public ReactorOperation(ReactorLoop loop, OperationPool pool)
        : base(loop)
    {
        _pool = pool;
        _source.RunContinuationsAsynchronously = loop.Turns is not null;
    }

    public ValueTask<int> Start(
        OperationPreparer prepare, object? state, CancellationToken cancellationToken)
    {
        _prepare = prepare;
        _state = state;
        var task = new ValueTask<int>(this, _source.Version);
        Begin(cancellationToken);
        return task;
    }

    public ValueTask StartDelay(TimeSpan delay, CancellationToken cancellationToken)
    {
        _isDelay = true;
        _time[0] = Timespec.From(delay);
        _prepare = static (submission, state) =>
            ((ReactorOperation)state!).PrepareDelay(submission);
        _state = this;
        var task = new ValueTask(this, _source.Version);
        Begin(cancellationToken);
        return task;
    }

    internal override void Run()
    {
        if (Volatile.Read(ref _isStarted) == 0)
            return;

        if (!_isAdded)
        {
            if (Loop.IsStopping)
            {
                Refuse();
                return;
            }

            _isAdded = true;
            Loop.Add(this);
        }

        Loop.Enqueue(this);
    }

    internal override void OnStopping()
    {
        Volatile.Write(ref _isCancelRequested, 1);
        Loop.Enqueue(this);
    }

    // Whoever posts it may be refused, the one who cancels too; one of them ends it.
    internal override void Refuse()
    {
        if (Interlocked.Exchange(ref _isStarted, 0) != 0)
            End(new ObjectDisposedException(nameof(Reactor)), result: 0);
    }

    internal override bool TryPrepare()
    {
        if (!_isAdded)
            return true;
        if (!_isSubmitted)
        {
            if (!TryBegin(out Submission submission))
                return false;
            _isSubmitted = true;
            Prepare(submission);
            submission.Token = Token(OperationKind.Custom);
        }

        if (Volatile.Read(ref _isCancelRequested) == 0 || _isCancelSubmitted)
            return true;
        if (!TryBegin(out Submission cancel))
            return false;

        _isCancelSubmitted = true;
        cancel.PrepareCancel(Token(OperationKind.Custom).Value);
        cancel.Token = Token(OperationKind.Cancel);
        return true;
    }

    internal override void OnCompletion(OperationKind kind, in Completion completion)
    {
        if (kind == OperationKind.Custom)
            _result ??= completion.Result;
        if (InFlight == 0)
            Finish();
    }

    int IValueTaskSource<int>.GetResult(short token) => TakeResult(token);

    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // It has an entry and a slot already; an operation without effect brings it to its end.
    private void Prepare(Submission submission)
    {
        try
        {
            _prepare!(submission, _state);
            if ((submission.Flags & RefusedFlags) == 0)
                return;

            _failure = new InvalidOperationException(
                $"An operation on a reactor stands alone; it cannot have {submission.Flags}.");
        }
#pragma warning disable CA1031 // It is the caller's own, whom it goes to.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }

        submission.Clear();
        submission.PrepareNop();
    }

    private unsafe void PrepareDelay(Submission submission)
    {
        // Pinned for good; the kernel copies it when it consumes the submission.
        fixed (Timespec* time = _time)
            submission.PrepareTimeout((nint)time);
    }

    private void Begin(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, _) => ((ReactorOperation)state!).Cancel(), this);
        }

        Volatile.Write(ref _isStarted, 1);
        Loop.Post(this);
    }

    private void Cancel()
    {
        Volatile.Write(ref _isCancelRequested, 1);
        Loop.Post(this);
    }

    private void Finish()
    {
        Loop.Remove(this);
        Volatile.Write(ref _isStarted, 0);
        int result = _result!.Value;
        if (_failure is null && _isDelay && result == -(int)Errno.ECANCELED)
            _failure = new OperationCanceledException(_token);
        End(_failure, result);
    }

    private void End(Exception? failure, int result)
    {
        // It waits for a call of Cancel on another thread, which does not block.
        _registration.Dispose();
        _registration = default;
        _token = default;
        _prepare = null;
        _state = null;
        _failure = null;
        _result = null;
        _isCancelRequested = 0;
        _isDelay = _isAdded = _isSubmitted = _isCancelSubmitted = false;
        if (failure is null)
            _source.SetResult(result);
        else
            _source.SetException(failure);
    }

    private int TakeResult(short token)
    {
        bool isDone = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (isDone)
            {
                _source.Reset();
                _pool.Return(this);
            }
        }
    }
}
