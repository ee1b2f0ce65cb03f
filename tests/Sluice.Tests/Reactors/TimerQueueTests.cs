using Sluice.Reactors;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Reactors;

public sealed class TimerQueueTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _ran = [];
    private readonly TimerQueue _timers;

    public TimerQueueTests() => _timers = new TimerQueue(_time);

    [Fact]
    public void UntilNext_NoTimer_IsInfinite() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, _timers.UntilNext());

    [Fact]
    public void UntilNext_SeveralTimers_IsTheEarliestOnes()
    {
        Add("late", 5);
        Add("early", 2);

        _time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(TimeSpan.FromSeconds(1.5), _timers.UntilNext());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void UntilNext_TimerIsDue_IsZero(int seconds)
    {
        Add("due", 2);

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(TimeSpan.Zero, _timers.UntilNext());
    }

    [Fact]
    public void RunDue_TimeHasCome_RunsThoseThatAreDueTheEarliestFirst()
    {
        Add("third", 3);
        Add("first", 1);
        Add("second", 2);

        _time.Advance(TimeSpan.FromSeconds(2));
        _timers.RunDue();
        _timers.RunDue();

        Assert.Equal(["first", "second"], _ran);
        Assert.Equal(TimeSpan.FromSeconds(1), _timers.UntilNext());
    }

    [Fact]
    public void RunDue_ATickEarly_RunsNothing()
    {
        Add("timer", 1);

        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        _timers.RunDue();

        Assert.Empty(_ran);
    }

    [Fact]
    public void RunDue_TimerAddsItselfAgain_RunsItOncePerInterval()
    {
        Timer timer = Add("again", 1);
        timer.Then = () => _timers.Add(timer, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(1));
        _timers.RunDue();

        Assert.Single(_ran);
        Assert.True(timer.IsQueued);
        Assert.Equal(TimeSpan.FromSeconds(1), _timers.UntilNext());
    }

    [Fact]
    public void Remove_TimerThatWaits_NeverRunsIt()
    {
        Timer timer = Add("removed", 1);

        Assert.True(_timers.Remove(timer));
        Assert.False(timer.IsQueued);
        Assert.False(_timers.Remove(timer));

        _time.Advance(TimeSpan.FromSeconds(1));
        _timers.RunDue();
        Assert.Empty(_ran);
    }

    [Fact]
    public void Remove_TimerThatRan_ReturnsFalse()
    {
        Timer timer = Add("ran", 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        _timers.RunDue();

        Assert.False(timer.IsQueued);
        Assert.False(_timers.Remove(timer));
    }

    private Timer Add(string name, int seconds)
    {
        var timer = new Timer(() => _ran.Add(name));
        _timers.Add(timer, TimeSpan.FromSeconds(seconds));
        Assert.True(timer.IsQueued);
        return timer;
    }

    private sealed class Timer(Action run) : ReactorTimer
    {
        public Action? Then { get; set; }

        internal override void OnDue()
        {
            run();
            Then?.Invoke();
        }
    }
}
