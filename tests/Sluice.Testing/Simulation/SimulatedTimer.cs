namespace Sluice.Testing.Simulation;

/// <summary>A timer of the <see cref="SimulatedClock"/>.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state)
    : ITimer
{
    private long _period;

    /// <summary>When it fires, in ticks; <see cref="long.MaxValue"/> for never.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock.Now + dueTime.Ticks;
        _period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
        return true;
    }

    public void Fire()
    {
        Due = _period == 0 ? long.MaxValue : Due + _period;
        callback(state);
    }

    public void Dispose()
    {
        Due = long.MaxValue;
        clock.Remove(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
