using System.Threading.Tasks.Sources;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// One operation of a user's in a reactor's ring, awaitable and used again. It ends with the
/// terminal completion; its result is that of the first (they differ for zero-copy sends only).
/// </summary>
internal sealed class ReactorOperation : ReactorResource, IValueTaskSource<int>, IValueTaskSource
{
    private readonly OperationPool _pool;
    private readonly Timespec[] _time = GC.AllocateArray<Timespec>(1, pinned: true);
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private OperationPreparer? _prepare;
    private object? _state;
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
        if (_prepare is null)
            return;

        if (!_isAdded)
        {
            _isAdded = true;
            Loop.Add(this);
        }

        Loop.Enqueue(this);
    }

    internal override bool TryPrepare()
    {
        if (_prepare is null)
            return true;
        if (!_isSubmitted)
        {
            if (!TryBegin(out Submission submission))
                return false;
            _isSubmitted = true;
            _prepare(submission, _state);
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
        _registration.Unregister();
        int result = _result!.Value;
        bool isCancelledDelay = _isDelay && result == -(int)Errno.ECANCELED;
        CancellationToken token = _token;
        _registration = default;
        _token = default;
        _prepare = null;
        _state = null;
        _result = null;
        _isCancelRequested = 0;
        _isDelay = _isAdded = _isSubmitted = _isCancelSubmitted = false;
        if (isCancelledDelay)
            _source.SetException(new OperationCanceledException(token));
        else
            _source.SetResult(result);
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
