using Sluice.Diagnostics;
using Sluice.Tool.Top;

namespace Sluice.Tool.Tests.Top;

public sealed class TopPageTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Draw_TwoSnapshots_ShowsRates()
    {
        SluiceSnapshot before = Snapshot(0, 1000, 0);
        SluiceSnapshot now = Snapshot(2, 201_000, 40);

        string page = TopPage.Draw(new TopRates(before, now), 140, isTerminal: false);

        Assert.Contains("server (process 7), engine io_uring, up 0:01:02", page);
        Assert.Contains("100 k/s", page);
        Assert.Contains("20/s", page);
        Assert.Contains("3/64/8192", page);
        Assert.DoesNotContain("\e", page);
        Assert.All(page.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void Draw_KestrelsSockets_SaysSo()
    {
        SluiceSnapshot now = Snapshot(2, 0, 0) with { Engine = "sockets", Reactors = [] };

        string page = TopPage.Draw(new TopRates(now, now), 140, isTerminal: false);

        Assert.Contains("Kestrel's own sockets", page);
        Assert.DoesNotContain("Reactor", page);
    }

    [Fact]
    public void Of_AnotherProcess_IsZero()
    {
        var rates = new TopRates(
            Snapshot(0, 0, 0) with { ProcessId = 6 }, Snapshot(1, 5000, 0));

        Assert.Equal(0, rates.Of(static s => s.Requests));
    }

    [Theory]
    [InlineData(0, "0", "0 B")]
    [InlineData(12.34, "12.3", "12 B")]
    [InlineData(1023, "1023", "1.0 KiB")]
    [InlineData(12_345, "12.3 k", "12.1 KiB")]
    [InlineData(123_456, "123 k", "121 KiB")]
    [InlineData(12_345_678, "12.35 M", "11.8 MiB")]
    public void Format_Numbers_AreShort(double value, string count, string bytes)
    {
        Assert.Equal(count, TopFormat.Count(value));
        Assert.Equal(bytes, TopFormat.Bytes(value));
    }

    private static SluiceSnapshot Snapshot(int seconds, long requests, long accepted) => new()
    {
        Time = s_start.AddSeconds(seconds),
        ProcessId = 7,
        ProcessName = "server",
        UptimeSeconds = 60 + seconds,
        Engine = "uring",
        Requests = requests,
        Accepted = accepted,
        Reactors =
        [
            new ReactorSnapshot
            {
                BufferRingHeld = 3, BufferRingDepth = 64, BufferRingSize = 8192,
            },
        ],
    };
}
