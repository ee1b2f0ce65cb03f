using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// A listening socket in a reactor's ring: one multishot accept, or, under a limit of
/// connections, one accept at a time so that the limit is exact.
/// </summary>
internal sealed class ListenerChannel : ReactorResource
{
    // Out of descriptors: as long as another connection takes to end, and no busy loop.
    private const int PauseMs = 100;

    private readonly IConnectionGate _gate;
    private readonly AcceptQueue _queue;
    private readonly ILogger _logger;
    private readonly EndPoint _endPoint;
    private readonly int _fd;
    private readonly AcceptLack _lack;
    private readonly RetryTimer _retry;
    private readonly TaskCompletionSource _closed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _isStopRequested;
    private bool _isStarted;
    private bool _isAccepting;
    private bool _isCancelling;
    private bool _isPaused;

    /// <param name="loop">The reactor.</param>
    /// <param name="gate">Who may come in, and what becomes of those who do.</param>
    /// <param name="fd">The listening socket; stays its owner's.</param>
    /// <param name="endPoint">Its address, for the log.</param>
    /// <param name="queue">Where connections wait to be taken.</param>
    /// <param name="logger">Where failures go.</param>
    public ListenerChannel(
        ReactorLoop loop,
        IConnectionGate gate,
        int fd,
        EndPoint endPoint,
        AcceptQueue queue,
        ILogger logger)
        : base(loop)
    {
        _gate = gate;
        _fd = fd;
        _endPoint = endPoint;
        _queue = queue;
        _logger = logger;
        _lack = new AcceptLack(loop.Options.TimeProvider);
        _retry = new RetryTimer(this);
    }

    /// <summary>Completes when the kernel no longer accepts for it.</summary>
    public Task Closed => _closed.Task;

    private bool IsStopping => Volatile.Read(ref _isStopRequested) != 0;

    /// <summary>Looks again whether to accept, from any thread.</summary>
    public void Update() => Loop.Post(this);

    public void Stop()
    {
        Volatile.Write(ref _isStopRequested, 1);
        Loop.Post(this);
    }

    internal override void Run()
    {
        if (!_isStarted)
        {
            _isStarted = true;
            Loop.Add(this);
        }

        if (!_closed.Task.IsCompleted)
            Loop.Enqueue(this);
    }

    internal override bool TryPrepare()
    {
        if (_closed.Task.IsCompleted)
            return true;
        if (IsStopping)
            return TryPrepareStop();

        bool isWanted = !_isPaused && !_queue.IsFull && _gate.MayAccept;
        if (isWanted == _isAccepting)
            return true;
        return isWanted ? TryPrepareAccept() : TryPrepareCancel();
    }

    internal override void OnCompletion(OperationKind kind, in Completion completion)
    {
        if (kind == OperationKind.Accept)
        {
            if (!completion.HasMore)
                _isAccepting = _isCancelling = false;
            if (completion.Result >= 0)
                OnAccepted(completion.Result);
            else
                OnFailed(completion.Error);
        }

        Loop.Enqueue(this);
    }

    private bool TryPrepareAccept()
    {
        if (!TryBegin(out Submission submission))
            return false;

        if (_gate.AcceptsOneByOne)
            submission.PrepareAccept(_fd);
        else
            submission.PrepareAcceptMultishot(_fd);
        submission.Token = Token(OperationKind.Accept);
        _isAccepting = true;
        return true;
    }

    private bool TryPrepareCancel()
    {
        if (!_isAccepting || _isCancelling)
            return true;
        if (!TryBegin(out Submission submission))
            return false;

        submission.PrepareCancel(Token(OperationKind.Accept).Value);
        submission.Token = Token(OperationKind.Cancel);
        _isCancelling = true;
        return true;
    }

    private bool TryPrepareStop()
    {
        if (!TryPrepareCancel())
            return false;
        if (InFlight != 0)
            return true;

        Loop.Timers.Remove(_retry);
        Loop.Remove(this);
        _closed.SetResult();
        return true;
    }

    private void OnAccepted(int fd)
    {
        Loop.Counters.ConnectionsAccepted++;
        if (_gate.TryAdmit(fd, _endPoint) is not { } connection)
            return;

        connection.Start();
        if (!_queue.TryAdd(connection))
            connection.Drop();
    }

    private void OnFailed(Errno error)
    {
        switch (error)
        {
            case Errno.ECANCELED or Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED:
                break;

            // accept(2) also tells what befell the connection that it would have returned.
            case Errno.ENETDOWN or Errno.EPROTO or Errno.ENOPROTOOPT or Errno.EHOSTDOWN
                or Errno.ENONET or Errno.EHOSTUNREACH or Errno.ENETUNREACH:
                Log.AcceptFailed(_logger, _endPoint, error);
                break;

            // Whatever else it is, it is there for the next accept, too.
            default:
                if (_lack.IsNew())
                    Log.AcceptPaused(_logger, _endPoint, error.ToString(), PauseMs);
                _isPaused = true;
                if (!_retry.IsQueued)
                    Loop.Timers.Add(_retry, TimeSpan.FromMilliseconds(PauseMs));
                break;
        }
    }

    private sealed class RetryTimer(ListenerChannel listener) : ReactorTimer
    {
        internal override void OnDue()
        {
            listener._isPaused = false;
            listener.Loop.Enqueue(listener);
        }
    }
}
