using System.Threading.Tasks.Sources;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// Accepted connections on their way to whoever accepts them. Safe for use by several threads.
/// </summary>
/// <remarks>
/// Whoever takes a waiter out of the queue completes it, so it is completed once. The one that was
/// used last is used again: a loop that accepts makes no object for each connection.
/// </remarks>
internal sealed class AcceptQueue(int pauseAt)
{
    private readonly Lock _gate = new();
    private readonly Queue<Connection> _ready = new();
    private readonly List<Waiter> _waiters = [];
    private Waiter? _spare;
    private bool _hasEnded;

    /// <summary>Whether accepting is to pause.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _ready.Count >= pauseAt;
        }
    }

    /// <summary>Hands a connection over; false if the queue has ended.</summary>
    public bool TryAdd(Connection connection)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_hasEnded)
                return false;
            if (_waiters.Count == 0)
            {
                _ready.Enqueue(connection);
                return true;
            }

            waiter = _waiters[0];
            _waiters.RemoveAt(0);
        }

        waiter.Complete(connection);
        return true;
    }

    /// <summary>The next connection, or null once the queue has ended.</summary>
    /// <param name="wasFull">Whether this one made room in a full queue.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<Connection?> TakeAsync(
        out bool wasFull, CancellationToken cancellationToken)
    {
        wasFull = false;
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            if (_ready.Count != 0)
            {
                wasFull = _ready.Count == pauseAt;
                return new ValueTask<Connection?>(_ready.Dequeue());
            }

            if (_hasEnded)
                return new ValueTask<Connection?>((Connection?)null);

            waiter = _spare ?? new Waiter(this);
            _spare = null;
            _waiters.Add(waiter);
        }

        return waiter.Wait(cancellationToken);
    }

    /// <summary>Ends the queue: waiters get null. Returns what nobody has taken.</summary>
    public IReadOnlyList<Connection> End()
    {
        List<Waiter> waiters;
        List<Connection> left;
        lock (_gate)
        {
            _hasEnded = true;
            waiters = [.. _waiters];
            left = [.. _ready];
            _waiters.Clear();
            _ready.Clear();
        }

        foreach (Waiter waiter in waiters)
            waiter.Complete(null);
        return left;
    }

    private bool TryRemove(Waiter waiter)
    {
        lock (_gate)
            return _waiters.Remove(waiter);
    }

    private void Recycle(Waiter waiter)
    {
        lock (_gate)
            _spare = waiter;
    }

    private sealed class Waiter(AcceptQueue queue) : IValueTaskSource<Connection?>
    {
        private ManualResetValueTaskSourceCore<Connection?> _source =
            new() { RunContinuationsAsynchronously = true };

        private CancellationTokenRegistration _registration;

        /// <summary>Called by the one that has put it into the queue.</summary>
        public ValueTask<Connection?> Wait(CancellationToken cancellationToken)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Waiter)state!).Cancel(token), this);
            return new ValueTask<Connection?>(this, _source.Version);
        }

        /// <summary>Called by the one that has taken it out of the queue.</summary>
        public void Complete(Connection? connection) => _source.SetResult(connection);

        public Connection? GetResult(short token)
        {
            bool isDone = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
            try
            {
                return _source.GetResult(token);
            }
            finally
            {
                if (isDone)
                    Recycle();
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation,
            object? state,
            short token,
            ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);

        private void Cancel(CancellationToken cancellationToken)
        {
            if (queue.TryRemove(this))
                _source.SetException(new OperationCanceledException(cancellationToken));
        }

        // A callback that runs must have ended, or it could cancel the next wait.
        private void Recycle()
        {
            _registration.Dispose();
            _registration = default;
            _source.Reset();
            queue.Recycle(this);
        }
    }
}
