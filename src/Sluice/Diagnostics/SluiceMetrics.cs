using System.Diagnostics.Metrics;
using System.Globalization;

namespace Sluice.Diagnostics;

/// <summary>
/// The figures of one runtime, as instruments of the meter <c>Sluice</c>, tagged with the engine,
/// the runtime's number and, where it has reactors, the reactor's.
/// Observable instruments read <see cref="RuntimeCounters"/>, so hot paths never call a listener.
/// </summary>
/// <remarks>
/// Each runtime has a meter of its own. Dispose it with the engine.
/// </remarks>
internal sealed class SluiceMetrics : IDisposable
{
    public const string MeterName = "Sluice";

    private readonly Lock _gate = new();
    private readonly Meter _meter = new(MeterName);
    private readonly int _runtime = RuntimeNumbers.Take();
    private readonly KeyValuePair<string, object?> _engineTag;
    private readonly KeyValuePair<string, object?> _runtimeTag;
    private readonly Histogram<int>? _completionsPerWake;
    private Source[] _sources = [];
    private bool _isDisposed;

    public SluiceMetrics(Engine engine)
    {
        _engineTag = new("engine", engine == Engine.Uring ? "uring" : "sockets");
        _runtimeTag = new("runtime", Text(_runtime));
        CreateConnectionInstruments();
        if (engine != Engine.Uring)
            return;

        _completionsPerWake = _meter.CreateHistogram<int>(
            "sluice.reactor.completions_per_wake",
            "{completion}",
            "Completions that one turn of a loop brought.");
        CreateReactorInstruments();
        CreateMemoryInstruments();
    }

    /// <summary>Makes counters part of the figures. They stay to the end.</summary>
    /// <param name="counters">Of a reactor, or of a whole engine.</param>
    /// <param name="reactor">The reactor's number; null for an engine that has none.</param>
    public void Add(RuntimeCounters counters, int? reactor = null)
    {
        KeyValuePair<string, object?>[] tags = reactor is { } number
            ? [_engineTag, _runtimeTag, new("reactor", Text(number))]
            : [_engineTag, _runtimeTag];
        lock (_gate)
            _sources = [.. _sources, new Source(counters, tags)];
    }

    /// <summary>Records one turn of a reactor; next to free while nobody listens.</summary>
    public void RecordWake(int completions)
    {
        if (_completionsPerWake is { Enabled: true } histogram)
            histogram.Record(completions, _engineTag, _runtimeTag);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _meter.Dispose();
        RuntimeNumbers.Return(_runtime);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void CreateConnectionInstruments()
    {
        Gauge("sluice.connections", "{connection}", "Open connections.",
            static c => Volatile.Read(ref c.Connections));
        Counter("sluice.connections.accepted", "{connection}", "Connections accepted.",
            static c => Volatile.Read(ref c.ConnectionsAccepted));
        _ = _meter.CreateObservableCounter(
            "sluice.connections.closed",
            () => ByTag(
                "reason",
                ("completed", static c => Volatile.Read(ref c.ConnectionsCompleted)),
                ("aborted", static c => Volatile.Read(ref c.ConnectionsAborted)),
                ("failed", static c => Volatile.Read(ref c.ConnectionsFailed))),
            "{connection}",
            "Connections closed: by both sides, given up by this one, or failed.");
        Counter("sluice.bytes.received", "By", "Bytes received.",
            static c => Volatile.Read(ref c.BytesReceived));
        Counter("sluice.bytes.sent", "By", "Bytes sent.",
            static c => Volatile.Read(ref c.BytesSent) + Volatile.Read(ref c.BytesSentRemotely));
    }

    private void CreateReactorInstruments()
    {
        Gauge("sluice.reactor.operations", "{operation}", "Operations in flight.",
            static c => Volatile.Read(ref c.OperationsInFlight));
        Counter("sluice.reactor.completions", "{completion}", "Completions dispatched.",
            static c => Volatile.Read(ref c.Completions));
        Counter("sluice.reactor.turns", "{turn}", "Turns of the loop.",
            static c => Volatile.Read(ref c.Turns));
        Counter("sluice.reactor.wakeups", "{wakeup}", "Waits that ended.",
            static c => Volatile.Read(ref c.Wakeups));
        Counter("sluice.reactor.signals", "{signal}", "Waits that another thread ended.",
            static c => Volatile.Read(ref c.Signals));
        Counter("sluice.reactor.sq_full", "{event}", "Times the submission queue was full.",
            static c => Volatile.Read(ref c.SubmissionQueueFull));
        Counter("sluice.reactor.cq_overflows", "{event}",
            "Times that the completion queue overflowed; the kernel loses none.",
            static c => Volatile.Read(ref c.CompletionQueueOverflows));
        Counter("sluice.reactor.stale_completions", "{completion}",
            "Completions of operations that were gone; anything but 0 is a defect of Sluice.",
            static c => Volatile.Read(ref c.StaleCompletions));
    }

    private void CreateMemoryInstruments()
    {
        Gauge("sluice.buffer_ring.size", "{buffer}", "The most receive buffers there may be.",
            static c => Volatile.Read(ref c.BufferRingSize));
        Gauge("sluice.buffer_ring.buffers", "{buffer}", "Receive buffers that have memory.",
            static c => Volatile.Read(ref c.BufferRingBuffers));
        Gauge("sluice.buffer_ring.depth", "{buffer}",
            "Receive buffers that the kernel can take from.",
            static c => Volatile.Read(ref c.BufferRingDepth));
        Gauge("sluice.buffer_ring.held", "{buffer}", "Receive buffers that readers hold.",
            static c => Volatile.Read(ref c.BufferRingHeld));
        Counter("sluice.buffer_ring.starvations", "{event}",
            "Receives that found no buffer and waited for one.",
            static c => Volatile.Read(ref c.BufferRingStarvations));
        HeapGauge("sluice.reactor.heap.slabs", "{slab}", "Slabs of a reactor's heaps.",
            static c => c.ReceiveHeap?.Slabs.Count ?? 0,
            static c => c.SendBlocks?.SlabCount ?? 0);
        HeapGauge("sluice.reactor.heap.mapped", "By", "Bytes of a reactor's heaps.",
            static c => c.ReceiveHeap?.MappedBytes ?? 0,
            static c => c.SendBlocks?.MappedBytes ?? 0);
        HeapGauge("sluice.reactor.heap.vectors", "{vector}", "Vectors of a reactor's heaps.",
            static c => Volatile.Read(ref c.BufferRingBuffers),
            static c => c.SendBlocks?.VectorCount ?? 0);
    }

    private void Counter(
        string name, string unit, string description, Func<RuntimeCounters, long> read) =>
        _ = _meter.CreateObservableCounter(name, () => Each(read), unit, description);

    private void Gauge(
        string name, string unit, string description, Func<RuntimeCounters, long> read) =>
        _ = _meter.CreateObservableUpDownCounter(name, () => Each(read), unit, description);

    private void HeapGauge(
        string name,
        string unit,
        string description,
        Func<RuntimeCounters, long> receive,
        Func<RuntimeCounters, long> send) =>
        _ = _meter.CreateObservableUpDownCounter(
            name, () => ByTag("heap", ("receive", receive), ("send", send)), unit, description);

    private IEnumerable<Measurement<long>> Each(Func<RuntimeCounters, long> read)
    {
        foreach (Source source in Volatile.Read(ref _sources))
            yield return new(read(source.Counters), source.Tags);
    }

    private IEnumerable<Measurement<long>> ByTag(
        string tag, params (string Value, Func<RuntimeCounters, long> Read)[] parts)
    {
        foreach (Source source in Volatile.Read(ref _sources))
        {
            foreach ((string value, Func<RuntimeCounters, long> read) in parts)
                yield return new(read(source.Counters), [.. source.Tags, new(tag, value)]);
        }
    }

    private sealed record Source(
        RuntimeCounters Counters, KeyValuePair<string, object?>[] Tags);
}
