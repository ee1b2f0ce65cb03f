using System.Diagnostics.Metrics;
using Sluice.Diagnostics;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Diagnostics;

/// <summary>Runs alone: meters of other tests' runtimes have the same name.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SluiceMetricsTests
{
    [Fact]
    public void Observe_SeveralReactors_SumsTheirCounters()
    {
        using var metrics = new SluiceMetrics(Engine.Uring);
        using var reader = new MeterReader();
        metrics.Add(new RuntimeCounters { Connections = 1, Wakeups = 10, BufferRingDepth = 4 });
        metrics.Add(new RuntimeCounters { Connections = 2, Wakeups = 20, BufferRingDepth = 5 });

        metrics.RecordWake(7);
        Dictionary<string, long> figures = reader.Read();

        Assert.Equal(3, figures["sluice.connections"]);
        Assert.Equal(30, figures["sluice.reactor.wakeups"]);
        Assert.Equal(9, figures["sluice.buffer_ring.depth"]);
        Assert.Equal(7, figures["sluice.reactor.completions_per_wake"]);
        Assert.Equal(["uring"], reader.Engines);
        Assert.Equal(
            [
                "sluice.buffer_ring.depth",
                "sluice.buffer_ring.starvations",
                "sluice.bytes.received",
                "sluice.bytes.sent",
                "sluice.connections",
                "sluice.connections.accepted",
                "sluice.reactor.completions_per_wake",
                "sluice.reactor.cq_overflows",
                "sluice.reactor.sq_full",
                "sluice.reactor.wakeups",
            ],
            figures.Keys.Order(StringComparer.Ordinal));
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
        Dictionary<string, long> figures = reader.Read();

        Assert.Equal(2, figures["sluice.connections.accepted"]);
        Assert.Equal(0, figures["sluice.connections"]);
        Assert.Equal(1000, figures["sluice.bytes.received"]);
        Assert.Equal(300, figures["sluice.bytes.sent"]);
        Assert.Equal([engine == Engine.Uring ? "uring" : "sockets"], reader.Engines);
    }

    private sealed class MeterReader : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, long> _figures = new(StringComparer.Ordinal);

        public MeterReader()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == SluiceMetrics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>(
                (instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>(
                (instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
        }

        public SortedSet<string> Engines { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, long> Read()
        {
            _listener.RecordObservableInstruments();
            lock (_figures)
                return new(_figures, StringComparer.Ordinal);
        }

        public void Dispose() => _listener.Dispose();

        private void Keep(
            Instrument instrument,
            long value,
            ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (_figures)
            {
                _figures[instrument.Name] = value;
                Engines.Add((string)tags[0].Value!);
            }
        }
    }
}
