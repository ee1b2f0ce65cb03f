using System.Text;
using System.Text.Json;
using Sluice.Diagnostics;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Diagnostics;

/// <summary>Runs alone: a snapshot is of the whole process.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SluiceMonitorTests
{
    [Theory]
    [Engines]
    public async Task Take_ARuntimeHasCarriedBytes_HasTheFigures(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ReactorCount = 2);
        using var monitor = new SluiceMonitor();
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync(new byte[1000]);
        _ = await connection.Input.TakeAsync(1000);

        SluiceSnapshot snapshot = monitor.Take();

        Assert.Equal(engine == Engine.Uring ? "uring" : "sockets", snapshot.Engine);
        Assert.Equal(1, snapshot.Connections);
        Assert.Equal(1, snapshot.Accepted);
        Assert.Equal(1000, snapshot.BytesReceived);
        Assert.Equal(Environment.ProcessId, snapshot.ProcessId);
        Assert.True(snapshot is { ResidentBytes: > 0, UptimeSeconds: > 0, ProcessorSeconds: > 0 });
        Assert.Equal(engine == Engine.Uring ? 2 : 0, snapshot.Reactors.Count);
        if (engine != Engine.Uring)
            return;

        Assert.Equal([0, 1], snapshot.Reactors.Select(reactor => reactor.Index));
        Assert.Equal(1000, snapshot.Reactors.Sum(reactor => reactor.BytesReceived));
        Assert.Equal(1, snapshot.Reactors.Sum(reactor => reactor.Connections));
        Assert.All(
            snapshot.Reactors,
            reactor => Assert.True(
                reactor is { Turns: > 0, BufferRingSize: > 0, HeapBytes: > 0, HeapVectors: > 0 }));
        Assert.InRange(
            snapshot.Reactors.Sum(reactor => reactor.HeapBytes), 1, snapshot.HeapBytes);
    }

    [Fact]
    public void Dispose_ListenersAreGone_NothingIsObserved()
    {
        using var metrics = new SluiceMetrics(Engine.Uring);
        int reads = 0;
        using var meter = new System.Diagnostics.Metrics.Meter(SluiceMetrics.MeterName);
        _ = meter.CreateObservableCounter<long>("sluice.connections", () => ++reads);
        var monitor = new SluiceMonitor();
        _ = monitor.Take();

        monitor.Dispose();
        _ = monitor.Take();

        Assert.Equal(1, reads);
    }

    [Fact]
    public void Json_ThereAndBack_IsTheSame()
    {
        var snapshot = new SluiceSnapshot
        {
            Engine = "uring",
            Connections = 3,
            Reactors = [new ReactorSnapshot { Index = 1, BufferRingHeld = 9 }],
        };

        byte[] json = snapshot.ToJson();
        SluiceSnapshot back = SluiceSnapshot.FromJson(json);

        Assert.Contains(
            "\"bufferRingHeld\":9", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(3, back.Connections);
        Assert.Equal(snapshot.Reactors, back.Reactors);
        Assert.Throws<JsonException>(() => SluiceSnapshot.FromJson("null"u8));
    }
}
