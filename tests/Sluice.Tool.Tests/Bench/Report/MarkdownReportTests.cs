using Sluice.Tool.Bench;
using Sluice.Tool.Bench.Report;

namespace Sluice.Tool.Tests.Bench.Report;

public class MarkdownReportTests
{
    [Fact]
    public void Create_TwoServers_AreTwoRowsBelowTheHeads()
    {
        BenchResult result = Results.Of(
            Results.One(BenchServer.KestrelSluice, cpu: 2),
            Results.One(BenchServer.KestrelSockets, cpu: 3));

        Assert.Equal(
            """
            | Load | Server | requests/s | CPU us/request | p99 us | ratio |
            |---|---|---|---|---|---|
            | 13 bytes of text | Kestrel on Sluice | 1,000 | 2.000 | 20 | 1.50 |
            | 13 bytes of text | Kestrel on sockets | 1,000 | 3.000 | 20 | 1.00 |

            """,
            MarkdownReport.Create(result));
    }

    [Fact]
    public void Create_IdleConnections_AreBytes()
    {
        BenchResult result = Results.Of(
            Results.One(BenchServer.PlainC, "idle") with { BytesPerConnection = 2000 });

        Assert.Contains(
            "| plain C, liburing | 2,000 bytes each | | | 1.00 |",
            MarkdownReport.Create(result),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Create_RowWithAUnit_IsFiguresInItAndRatiosToTheLast()
    {
        BenchResult result = Results.Of(
            Results.One(BenchServer.BufferPool, "memory-pool") with { Value = 5 },
            Results.One(BenchServer.ArrayPool, "memory-pool") with { Value = 8 },
            Results.One(BenchServer.Channel, "channel-stream") with { Value = 40 },
            Results.One(BenchServer.UnixSocket, "channel-stream") with { Value = 2 });

        string report = MarkdownReport.Create(result);

        Assert.Contains("| BufferPool | 5.0 ns | | | 1.60 |", report, StringComparison.Ordinal);
        Assert.Contains(
            "| SharedChannel | 40.00 million/s | | | 20.00 |", report, StringComparison.Ordinal);
    }
}
