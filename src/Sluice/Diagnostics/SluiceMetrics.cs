using System.Diagnostics.Metrics;

namespace Sluice.Diagnostics;

/// <summary>
/// The figures of one runtime, as instruments of the meter <c>Sluice</c>, tagged with the engine.
/// Observable instruments read <see cref="RuntimeCounters"/>, so hot paths never call a listener.
/// </summary>
/// <remarks>
/// Each runtime has a meter of its own; there is no static. Dispose it with the engine.
/// </remarks>
internal sealed class SluiceMetrics : IDisposable
{
    public const string MeterName = "Sluice";

    private readonly Lock _gate = new();
    private readonly Meter _meter = new(MeterName);
    private readonly KeyValuePair<string, object?> _engineTag;
    private readonly Histogram<int>? _completionsPerWake;
    private RuntimeCounters[] _counters = [];

    public SluiceMetrics(Engine engine)
    {
        _engineTag = new("engine", engine == Engine.Uring ? "uring" : "sockets");
        _ = _meter.CreateObservableUpDownCounter(
            "sluice.connections",
            () => Sum(static c => c.Connections),
            "{connection}",
            "Open connections.");
        Counter(
            "sluice.connections.accepted",
            static c => c.ConnectionsAccepted,
            "{connection}",
            "Connections accepted.");
        Counter(
            "sluice.bytes.received", static c => c.BytesReceived, "By", "Bytes received.");
        Counter(
            "sluice.bytes.sent",
            static c => c.BytesSent + c.BytesSentRemotely,
            "By",
            "Bytes sent.");
        if (engine != Engine.Uring)
            return;

        _completionsPerWake = _meter.CreateHistogram<int>(
            "sluice.reactor.completions_per_wake",
            "{completion}",
            "Completions that one wait brought.");
        CreateReactorInstruments();
    }

    /// <summary>Makes a reactor's counters part of the sums. They stay to the end.</summary>
    public void Add(RuntimeCounters counters)
    {
        lock (_gate)
            _counters = [.. _counters, counters];
    }

    /// <summary>Records one wait of a reactor; next to free while nobody listens.</summary>
    public void RecordWake(int completions)
    {
        if (_completionsPerWake is { Enabled: true } histogram)
            histogram.Record(completions, _engineTag);
    }

    public void Dispose() => _meter.Dispose();

    private void CreateReactorInstruments()
    {
        Counter("sluice.reactor.wakeups", static c => c.Wakeups, "{wakeup}", "Waits that ended.");
        Counter(
            "sluice.reactor.sq_full",
            static c => c.SubmissionQueueFull,
            "{event}",
            "Times that the submission queue was full.");
        Counter(
            "sluice.reactor.cq_overflows",
            static c => c.CompletionQueueOverflows,
            "{event}",
            "Times that the completion queue overflowed; the kernel loses none.");
        _ = _meter.CreateObservableUpDownCounter(
            "sluice.buffer_ring.depth",
            () => Sum(static c => c.BufferRingDepth),
            "{buffer}",
            "Receive buffers that the kernel can take from.");
        Counter(
            "sluice.buffer_ring.starvations",
            static c => c.BufferRingStarvations,
            "{event}",
            "Receives that found no buffer and waited for one.");
    }

    private void Counter(
        string name, Func<RuntimeCounters, long> read, string unit, string description) =>
        _ = _meter.CreateObservableCounter(name, () => Sum(read), unit, description);

    private Measurement<long> Sum(Func<RuntimeCounters, long> read)
    {
        long sum = 0;
        foreach (RuntimeCounters counters in Volatile.Read(ref _counters))
            sum += read(counters);
        return new(sum, _engineTag);
    }
}
