namespace Sluice.Sockets.RingSockets;

/// <summary>
/// Accepted connections on their way to whoever accepts them. Safe for use by several threads.
/// </summary>
internal sealed class AcceptQueue(int pauseAt)
{
    private readonly Lock _gate = new();
    private readonly Queue<Connection> _ready = new();
    private readonly LinkedList<Waiter> _waiters = new();
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
        while (true)
        {
            Waiter waiter;
            lock (_gate)
            {
                if (_hasEnded)
                    return false;
                if (_waiters.First is not { } first)
                {
                    _ready.Enqueue(connection);
                    return true;
                }

                _waiters.RemoveFirst();
                waiter = first.Value;
            }

            if (waiter.TrySetResult(connection))
                return true;
        }
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

            waiter = new Waiter();
            _waiters.AddLast(waiter);
        }

        if (cancellationToken.CanBeCanceled)
            waiter.CancelWith(cancellationToken);
        return new ValueTask<Connection?>(waiter.Task);
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
            waiter.TrySetResult(null);
        return left;
    }

    private sealed class Waiter()
        : TaskCompletionSource<Connection?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public void CancelWith(CancellationToken cancellationToken)
        {
            CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Waiter)state!).TrySetCanceled(token), this);
            _ = Task.ContinueWith(
                static (_, state) => ((CancellationTokenRegistration)state!).Unregister(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
