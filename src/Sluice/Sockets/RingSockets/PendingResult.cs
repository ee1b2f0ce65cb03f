using System.Threading.Tasks.Sources;
using Sluice.Reactors;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// A read or flush that could not complete at once: who waits for it, and the token that may end
/// the wait.
/// </summary>
/// <remarks>
/// <code>
///   None ──Begin──▶ Waiting ──TrySignal──▶ Signalled ──TryContinue──▶ None, then Set…
/// </code>
/// One at a time: the next one begins after the caller has seen the result of the last. The pipe
/// that this is a part of calls <see cref="Begin"/>, <see cref="TrySignal"/>,
/// <see cref="TryContinue"/> and <see cref="ForgetToken"/> inside its gate, the others outside.
/// </remarks>
/// <typeparam name="T">What the wait is for.</typeparam>
internal struct PendingResult<T>
{
    private ManualResetValueTaskSourceCore<T> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private WaitState _state;

    /// <summary>Whether somebody waits, or waited and is not continued yet.</summary>
    public readonly bool IsPending => _state != WaitState.None;

    /// <summary>Whether somebody waits, for a reason that persists.</summary>
    public readonly bool IsWaiting => _state == WaitState.Waiting;

    /// <summary>What a task over the current wait names it by.</summary>
    public readonly short Version => _source.Version;

    /// <summary>The token of the wait; the one that never fires if nobody waits.</summary>
    public readonly CancellationToken Token => _token;

    /// <summary>Begins to wait.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        _state = WaitState.Waiting;
        _token = cancellationToken;
    }

    /// <summary>
    /// The reason to wait is gone. True if the caller is to see to the continuation.
    /// </summary>
    public bool TrySignal()
    {
        if (_state != WaitState.Waiting)
            return false;

        _state = WaitState.Signalled;
        return true;
    }

    /// <summary>Ends a wait that was signalled; the registration is the caller's to undo.</summary>
    public bool TryContinue(out CancellationTokenRegistration registration)
    {
        registration = _registration;
        if (_state != WaitState.Signalled)
            return false;

        _state = WaitState.None;
        _registration = default;
        return true;
    }

    /// <summary>Forgets the token of the wait that has ended.</summary>
    public void ForgetToken() => _token = default;

    /// <summary>
    /// The wait that has just begun, for its caller; its token is watched from now on. The wait may
    /// have ended meanwhile: then nobody would undo a registration that is kept.
    /// </summary>
    /// <remarks>
    /// Not inside the gate, because a token that is cancelled already calls back at once.
    /// </remarks>
    public ValueTask<T> Watch(
        IValueTaskSource<T> pipe,
        ref SpinGate gate,
        Action<object?> onCancelled,
        CancellationToken cancellationToken)
    {
        // The version changes when the caller takes the result, for which it needs this.
        var wait = new ValueTask<T>(pipe, Version);
        WatchToken(pipe, ref gate, onCancelled, cancellationToken);
        return wait;
    }

    /// <summary>The same for a caller that makes its task itself.</summary>
    public void WatchToken(
        object pipe,
        ref SpinGate gate,
        Action<object?> onCancelled,
        CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return;

        CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(onCancelled, pipe);
        bool isKept;
        using (gate.Enter())
        {
            isKept = _state != WaitState.None;
            if (isKept)
                _registration = registration;
        }

        if (!isKept)
            registration.Unregister();
    }

    /// <summary>Completes the wait that <see cref="TryContinue"/> ended.</summary>
    public void Set(T result, Exception? failure)
    {
        if (failure is null)
            _source.SetResult(result);
        else
            _source.SetException(failure);
    }

    public T GetResult(short token)
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

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
