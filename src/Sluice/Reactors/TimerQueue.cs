namespace Sluice.Reactors;

/// <summary>The timers of one reactor, the earliest first. Its thread's alone.</summary>
internal sealed class TimerQueue(TimeProvider time)
{
    private readonly PriorityQueue<ReactorTimer, long> _timers = new();

    public void Add(ReactorTimer timer, TimeSpan delay)
    {
        long ticks = (long)Math.Ceiling(delay.TotalSeconds * time.TimestampFrequency);
        timer.IsQueued = true;
        _timers.Enqueue(timer, time.GetTimestamp() + ticks);
    }

    /// <summary>How long until the next one; negative if there is none.</summary>
    public TimeSpan UntilNext()
    {
        if (!_timers.TryPeek(out _, out long due))
            return Timeout.InfiniteTimeSpan;

        long now = time.GetTimestamp();
        return due <= now ? TimeSpan.Zero : time.GetElapsedTime(now, due);
    }

    public void RunDue()
    {
        if (_timers.Count == 0)
            return;

        long now = time.GetTimestamp();
        while (_timers.TryPeek(out ReactorTimer? timer, out long due) && due <= now)
        {
            _timers.Dequeue();
            timer.IsQueued = false;
            timer.OnDue();
        }
    }

    /// <summary>Removes a timer; false if it ran already.</summary>
    public bool Remove(ReactorTimer timer)
    {
        if (!timer.IsQueued)
            return false;

        timer.IsQueued = false;
        return _timers.Remove(timer, out _, out _);
    }
}
