using Sluice.Diagnostics;

namespace Sluice.AspNetCore.Dashboard;

/// <summary>
/// The snapshots that all watchers of a dashboard share. The monitor behind them is made when
/// somebody asks, and gone when nobody has for a while: then the figures cost nothing again.
/// Safe for use by several threads.
/// </summary>
internal sealed class DashboardFeed : IDisposable
{
    /// <summary>Who comes when there are as many gets an error instead.</summary>
    public const int WatchersMax = 32;

    /// <summary>A snapshot is taken that often at most.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the monitor is kept for the next one who asks.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _idle;
    private SluiceMonitor? _monitor;
    private byte[] _latest = [];
    private long _takenAt;
    private int _watchers;
    private bool _isDisposed;

    public DashboardFeed(TimeProvider time)
    {
        _time = time;
        _idle = time.CreateTimer(
            static state => ((DashboardFeed)state!).OnIdle(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether there is a monitor now.</summary>
    public bool IsMonitoring
    {
        get
        {
            lock (_gate)
                return _monitor is not null;
        }
    }

    /// <summary>The latest snapshot, as JSON.</summary>
    public byte[] Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _idle.Change(IdleTime, Timeout.InfiniteTimeSpan);
            if (_monitor is null)
                _monitor = new SluiceMonitor();
            else if (_time.GetElapsedTime(_takenAt) < FreshFor)
                return _latest;

            _latest = _monitor.Take().ToJson();
            _takenAt = _time.GetTimestamp();
            return _latest;
        }
    }

    /// <summary>Takes a place; false if there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _watchers) <= WatchersMax)
            return true;

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _watchers);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _idle.Dispose();
            _monitor?.Dispose();
            _monitor = null;
        }
    }

    private void OnIdle()
    {
        lock (_gate)
        {
            _monitor?.Dispose();
            _monitor = null;
        }
    }
}
