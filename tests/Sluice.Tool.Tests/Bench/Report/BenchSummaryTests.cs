using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;

namespace Sluice.Tool.Tests.Bench.Report;

public class BenchSummaryTests
{
    [Fact]
    public void Lines_KestrelAndRaw_AreComparedWithTheirOwnKind()
    {
        BenchResult result = Results.Of(
            Results.One(BenchServer.PlainC, cpu: 1),
            Results.One(BenchServer.RawSluice, cpu: 2),
            Results.One(BenchServer.KestrelSluice, cpu: 4),
            Results.One(BenchServer.KestrelSockets, cpu: 6));

        SummaryLine[] lines = [.. BenchSummary.Lines(result, null)];

        Assert.Equal(
            [("c", 1), ("raw", 0.5), ("kestrel", 1.5), ("sockets", 1)],
            lines.Select(l => (l.Server.Name, l.AgainstBaseline!.Value)));
        Assert.All(lines, static l => Assert.Null(l.AgainstEarlier));
    }

    [Fact]
    public void Lines_IdleConnections_FewerBytesAreMore()
    {
        BenchResult result = Results.Of(
            Results.One(BenchServer.KestrelSluice, "idle") with { BytesPerConnection = 5 },
            Results.One(BenchServer.KestrelSockets, "idle") with { BytesPerConnection = 10 });

        Assert.Equal(2, BenchSummary.Lines(result, null).First().AgainstBaseline);
    }

    [Fact]
    public void Lines_EarlierRun_IsComparedServerByServer()
    {
        BenchResult earlier = Results.Of(Results.One(BenchServer.KestrelSluice, cpu: 3));
        BenchResult result = Results.Of(
            Results.One(BenchServer.KestrelSluice, cpu: 2),
            Results.One(BenchServer.KestrelSockets, cpu: 2));

        SummaryLine[] lines = [.. BenchSummary.Lines(result, earlier)];

        Assert.Equal(1.5, lines[0].AgainstEarlier);
        Assert.Null(lines[1].AgainstEarlier);
    }
}
