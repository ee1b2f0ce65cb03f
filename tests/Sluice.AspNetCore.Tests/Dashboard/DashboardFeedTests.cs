using Sluice.AspNetCore.Dashboard;
using Sluice.Testing.Simulation;

namespace Sluice.AspNetCore.Tests.Dashboard;

public sealed class DashboardFeedTests
{
    [Fact]
    public void Take_WhileFresh_IsTheSameSnapshot()
    {
        var time = new SimulatedClock();
        using var feed = new DashboardFeed(time);

        byte[] first = feed.Take();
        byte[] same = feed.Take();
        Advance(time, DashboardFeed.FreshFor);
        byte[] next = feed.Take();

        Assert.Same(first, same);
        Assert.NotSame(first, next);
    }

    [Fact]
    public void Take_NobodyAsksForAWhile_EndsTheMonitor()
    {
        var time = new SimulatedClock();
        using var feed = new DashboardFeed(time);
        Assert.False(feed.IsMonitoring);

        _ = feed.Take();
        Advance(time, DashboardFeed.IdleTime / 2);
        _ = feed.Take();
        Advance(time, DashboardFeed.IdleTime / 2);
        Assert.True(feed.IsMonitoring);
        Advance(time, DashboardFeed.IdleTime / 2);

        Assert.False(feed.IsMonitoring);
    }

    [Fact]
    public void Take_Disposed_Throws()
    {
        var feed = new DashboardFeed(TimeProvider.System);
        feed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => feed.Take());
    }

    private static void Advance(SimulatedClock time, TimeSpan by) =>
        time.AdvanceTo(time.Now + by.Ticks);
}
