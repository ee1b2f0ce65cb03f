using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Diagnostics;

/// <summary>Runs alone: meters of other tests' runtimes have the same name.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SluiceMetricsTests
{
    [Fact]
    public void Observe_SeveralReactors_TellsThemApart()
    {
        using var metrics = new SluiceMetrics(Engine.Uring);
        using var reader = new MeterReader();
        metrics.Add(Counters(1), reactor: 0);
        metrics.Add(Counters(100), reactor: 1);

        Dictionary<string, long> figures = reader.Read();

        string[] expected =
        [
            "sluice.connections", "sluice.connections.accepted",
            "sluice.connections.closed reason=completed",
            "sluice.connections.closed reason=aborted",
            "sluice.connections.closed reason=failed",
            "sluice.bytes.received", "sluice.bytes.sent",
            "sluice.reactor.operations", "sluice.reactor.completions", "sluice.reactor.turns",
            "sluice.reactor.wakeups", "sluice.reactor.signals", "sluice.reactor.sq_full",
            "sluice.reactor.cq_overflows", "sluice.reactor.stale_completions",
            "sluice.buffer_ring.size", "sluice.buffer_ring.buffers", "sluice.buffer_ring.depth",
            "sluice.buffer_ring.held", "sluice.buffer_ring.starvations",
        ];
        for (int i = 0; i < expected.Length; i++)
        {
            string[] parts = expected[i].Split(' ');
            string tag = parts.Length == 1 ? "" : $" {parts[1]}";
            Assert.Equal(1 + i, figures[$"{parts[0]} reactor=0{tag}"]);
            Assert.Equal(100 + i, figures[$"{parts[0]} reactor=1{tag}"]);
        }

        Assert.Equal(["uring"], reader.Engines);
    }

    [Fact]
    public void RecordWake_Completions_AreInTheHistogram()
    {
        using var metrics = new SluiceMetrics(Engine.Uring);
        using var listener = new MeterListener();
        var recorded = new List<int>();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "sluice.reactor.completions_per_wake")
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => recorded.Add(value));
        listener.Start();

        metrics.RecordWake(7);

        Assert.Equal([7], recorded);
    }

    [Fact]
    public void Runtime_EndsAndAnotherStarts_HasTheSameNumber()
    {
        using var reader = new MeterReader();
        using var first = new SluiceMetrics(Engine.Sockets);
        first.Add(new RuntimeCounters());
        for (int i = 0; i < 3; i++)
        {
            using var second = new SluiceMetrics(Engine.Sockets);
            second.Add(new RuntimeCounters());
            _ = reader.Read();
        }

        Assert.Equal(["0", "1"], reader.Runtimes);
    }

    [Theory]
    [Engines]
    public async Task Runtime_CarriesBytes_CountsThem(Engine engine, Scheduling scheduling)
    {
        using var reader = new MeterReader();
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        (Connection ended, _) = await harness.ConnectAsync();
        await ended.DisposeAsync().Within();
        await ended.Closed.Cancelled();
        await peer.SendAsync(new byte[1000]);
        _ = await connection.Input.TakeAsync(1000);
        _ = await connection.Output.WriteAsync(new byte[300]).Within();
        _ = await peer.ReceiveAsync(300);

        // What the peer has is sent; the count follows when our side hears of it.
        await connection.DisposeAsync().Within();

        Assert.Equal(2, reader.Sum("sluice.connections.accepted"));
        Assert.Equal(0, reader.Sum("sluice.connections"));
        Assert.Equal(1000, reader.Sum("sluice.bytes.received"));
        Assert.Equal(300, reader.Sum("sluice.bytes.sent"));
        Assert.Equal(2, reader.Sum("sluice.connections.closed"));
        Assert.Equal([engine == Engine.Uring ? "uring" : "sockets"], reader.Engines);
    }

    [Theory]
    [Engines]
    public async Task Runtime_ConnectionsEndDifferently_CountsThemByReason(
        Engine engine, Scheduling scheduling)
    {
        using var reader = new MeterReader();
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection completed, RawPeer peer) = await harness.ConnectAsync();
        (Connection aborted, _) = await harness.ConnectAsync();
        (Connection failed, RawPeer resetting) = await harness.ConnectAsync();

        resetting.Reset();
        await failed.Closed.Cancelled();
        aborted.Abort();
        await aborted.Closed.Cancelled();
        peer.Finish();
        await completed.DisposeAsync().Within();
        await completed.Closed.Cancelled();

        Dictionary<string, long> figures = reader.Read();
        Assert.All(
            ["completed", "aborted", "failed"],
            reason => Assert.Equal(
                1,
                figures
                    .Where(f => f.Key.StartsWith("sluice.connections", StringComparison.Ordinal)
                        && f.Key.EndsWith($"reason={reason}", StringComparison.Ordinal))
                    .Sum(f => f.Value)));
    }

    [Theory]
    [InlineData(Engine.Uring, Scheduling.ThreadPool)]
    [InlineData(Engine.Uring, Scheduling.Inline)]
    public async Task Runtime_AtRest_HasAnOperationForEachConnection(
        Engine engine, Scheduling scheduling)
    {
        using var reader = new MeterReader();
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        long before = await SettledAsync(reader, harness);

        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync(new byte[100]);
        _ = await connection.Input.TakeAsync(100);
        long during = await SettledAsync(reader, harness);
        await connection.DisposeAsync().Within();
        await connection.Closed.Cancelled();

        Assert.Equal(before + 1, during);
        Assert.Equal(before, await SettledAsync(reader, harness));
    }

    [Theory]
    [InlineData(Engine.Uring, Scheduling.ThreadPool)]
    [InlineData(Engine.Uring, Scheduling.Inline)]
    public async Task Runtime_BytesAreHeld_ShowsBuffersAndMemory(
        Engine engine, Scheduling scheduling)
    {
        using var reader = new MeterReader();
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync(new byte[100]);
        ReadResult read = await connection.Input.ReadAsync().AsTask().Within();
        _ = await connection.Output.WriteAsync(new byte[10]).Within();
        _ = await peer.ReceiveAsync(10);
        _ = await SettledAsync(reader, harness);

        Assert.Equal(1, reader.Sum("sluice.buffer_ring.held"));
        long depth = reader.Sum("sluice.buffer_ring.depth");
        Assert.InRange(reader.Sum("sluice.buffer_ring.buffers"), depth + 1, long.MaxValue);
        Assert.InRange(reader.Sum("sluice.buffer_ring.size"), depth, long.MaxValue);
        long mapped = reader.Sum("sluice.reactor.heap.mapped");
        Assert.InRange(mapped, 4096, reader.Sum("sluice.heap.mapped"));
        Assert.InRange(
            reader.Sum("sluice.reactor.heap.slabs"), 2, reader.Sum("sluice.heap.slabs"));
        Assert.InRange(
            reader.Sum("sluice.reactor.heap.vectors"),
            reader.Sum("sluice.buffer_ring.buffers") + 1,
            long.MaxValue);
        Assert.InRange(reader.Sum("sluice.reactor.completions"), 3, long.MaxValue);
        Assert.InRange(
            reader.Sum("sluice.reactor.turns"),
            reader.Sum("sluice.reactor.wakeups"),
            long.MaxValue);
        Assert.InRange(
            reader.Sum("sluice.reactor.wakeups"),
            reader.Sum("sluice.reactor.signals"),
            long.MaxValue);
        Assert.InRange(reader.Sum("sluice.reactor.signals"), 1, long.MaxValue);
        connection.Input.AdvanceTo(read.Buffer.End);
    }

    private static RuntimeCounters Counters(long first) => new()
    {
        Connections = first,
        ConnectionsAccepted = first + 1,
        ConnectionsCompleted = first + 2,
        ConnectionsAborted = first + 3,
        ConnectionsFailed = first + 4,
        BytesReceived = first + 5,
        BytesSent = first,
        BytesSentRemotely = 6,
        OperationsInFlight = first + 7,
        Completions = first + 8,
        Turns = first + 9,
        Wakeups = first + 10,
        Signals = first + 11,
        SubmissionQueueFull = first + 12,
        CompletionQueueOverflows = first + 13,
        StaleCompletions = first + 14,
        BufferRingSize = first + 15,
        BufferRingBuffers = first + 16,
        BufferRingDepth = first + 17,
        BufferRingHeld = first + 18,
        BufferRingStarvations = first + 19,
    };

    // Each reactor has had a turn, and the one that it was then in has ended.
    private static async Task<long> SettledAsync(MeterReader reader, ConnectionHarness harness)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (Reactor reactor in harness.Runtime.Reactors)
            {
                var ran = new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously);
                reactor.Post(static state => ((TaskCompletionSource)state!).SetResult(), ran);
                await ran.Task.Within();
            }
        }

        return reader.Sum("sluice.reactor.operations");
    }
}
