using System.Diagnostics;
using Sluice.Tool.Load;

namespace Sluice.Tool.Tests.Load;

public class LoadScheduleTests
{
    [Fact]
    public void DueAt_EveryExchange_IsWhenItsTurnCame()
    {
        const int Connections = 3;
        var schedule = new LoadSchedule(rate: 1000, Connections);
        schedule.Start(5000);

        for (int i = 0; i < 10; i++)
        {
            long due = schedule.NextDueAt;
            int connection = schedule.Take();

            Assert.Equal(i % Connections, connection);
            Assert.Equal(5000 + (i * Stopwatch.Frequency / 1000), due);
            Assert.Equal(due, schedule.DueAt(connection, i / Connections));
        }
    }

    [Fact]
    public void Start_Again_BeginsWithTheFirstConnection()
    {
        var schedule = new LoadSchedule(rate: 1, connections: 2);
        schedule.Start(0);
        _ = schedule.Take();

        schedule.Start(7);

        Assert.Equal(7, schedule.NextDueAt);
        Assert.Equal(0, schedule.Take());
    }
}
