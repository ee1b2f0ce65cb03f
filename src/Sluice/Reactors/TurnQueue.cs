using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.Sockets.RingSockets;

namespace Sluice.Reactors;

/// <summary>
/// Connections whose user code is to continue on the thread pool. They reach it in batches: one
/// work item takes connection after connection, and another one is asked for before the first
/// connection runs, so that a handler that blocks delays nobody but itself.
/// </summary>
internal sealed class TurnQueue : IThreadPoolWorkItem
{
    /// <summary>
    /// How long a running handler may hold back what it flushed before the reactor sends it;
    /// looked at about this often, so at most twice as long passes.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    // A work item that goes on for long would keep the pool from its other users.
    private static readonly TimeSpan WorkItemMax = TimeSpan.FromMilliseconds(15);

    private readonly ConcurrentQueue<ConnectionTurn> _ready = new();
    private readonly Lock _gate = new();
    private readonly List<TurnWorker> _active = [];
    private readonly Stack<TurnWorker> _idle = new();
    private long _lastLook;
    private int _activeCount;
    private int _isScheduled;

    /// <summary>Whether user code runs now, or is about to.</summary>
    /// <remarks>
    /// In this order: a worker counts itself before it takes from the queue, so whoever finds the
    /// queue empty finds the worker.
    /// </remarks>
    public bool IsActive => !_ready.IsEmpty || Volatile.Read(ref _activeCount) != 0;

    public void Add(ConnectionTurn turn)
    {
        _ready.Enqueue(turn);
        Schedule();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Full fence: whoever enqueues after this either sees 0 and schedules, or is seen below.
        Interlocked.Exchange(ref _isScheduled, 0);

        // Active before the queue can be seen empty: the reactor must not miss this turn.
        TurnWorker worker = Begin();
        long started = Stopwatch.GetTimestamp();
        while (_ready.TryDequeue(out ConnectionTurn? turn))
        {
            if (!_ready.IsEmpty)
                Schedule();
            worker.Run(turn);
            if (Stopwatch.GetElapsedTime(started) >= WorkItemMax)
                break;
        }

        End(worker);
        if (!_ready.IsEmpty)
            Schedule();
    }

    /// <summary>
    /// Sends what handlers flushed that have been running since the last look. Called by the
    /// reactor's thread alone.
    /// </summary>
    public void RescueStalled()
    {
        if (Volatile.Read(ref _activeCount) == 0 || Stopwatch.GetElapsedTime(_lastLook) < Patience)
            return;

        _lastLook = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            foreach (TurnWorker worker in _active)
                worker.Stalled()?.SendDeferred();
        }
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _isScheduled) == 0
            && Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private TurnWorker Begin()
    {
        lock (_gate)
        {
            if (!_idle.TryPop(out TurnWorker? worker))
                worker = new TurnWorker();
            _active.Add(worker);
            Volatile.Write(ref _activeCount, _active.Count);
            return worker;
        }
    }

    private void End(TurnWorker worker)
    {
        lock (_gate)
        {
            _active.Remove(worker);
            _idle.Push(worker);
            Volatile.Write(ref _activeCount, _active.Count);
        }
    }
}
