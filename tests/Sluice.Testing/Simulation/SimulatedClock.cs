namespace Sluice.Testing.Simulation;

/// <summary>
/// The time of a simulation. It stands still until the kernel has nothing else to do, then jumps
/// to the next timer. Timers run on the thread that moves the clock.
/// </summary>
internal sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<SimulatedTimer> _timers = [];
    private int _looks;

    /// <summary>Ticks (100 ns) since the simulation began.</summary>
    public long Now { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next timer is due; <see cref="long.MaxValue"/> if there is none.</summary>
    public long NextDue
    {
        get
        {
            long due = long.MaxValue;
            foreach (SimulatedTimer timer in _timers)
                due = Math.Min(due, timer.Due);
            return due;
        }
    }

    public override long GetTimestamp() => Now;

    /// <summary>
    /// The wall clock, which somebody sets to another year at each look: nothing that waits may
    /// care.
    /// </summary>
    public override DateTimeOffset GetUtcNow() =>
        Epoch.AddTicks(Now).AddYears(_looks++ % 2 == 0 ? -50 : 50);

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward, through all timers that are due on the way.</summary>
    public void AdvanceTo(long ticks)
    {
        while (true)
        {
            SimulatedTimer? first = null;
            foreach (SimulatedTimer timer in _timers)
            {
                if (timer.Due <= ticks && (first is null || timer.Due < first.Due))
                    first = timer;
            }

            if (first is null)
                break;

            Now = Math.Max(Now, first.Due);
            first.Fire();
        }

        Now = Math.Max(Now, ticks);
    }

    internal void Remove(SimulatedTimer timer) => _timers.Remove(timer);
}
