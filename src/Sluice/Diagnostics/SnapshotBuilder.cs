using System.Globalization;
using Sluice.Memory;

namespace Sluice.Diagnostics;

/// <summary>
/// Makes a snapshot out of measurements, wherever they come from: a listener in the process, or
/// the diagnostics of another one. One thread at a time.
/// </summary>
internal sealed class SnapshotBuilder
{
    /// <summary>Kestrel's requests: a histogram of their durations, which also counts them.
    /// </summary>
    public const string RequestInstrument = "http.server.request.duration";

    private static readonly Dictionary<string, Func<ReactorSnapshot, long, ReactorSnapshot>>
        s_ofReactors = new(StringComparer.Ordinal)
        {
            ["sluice.connections"] = static (r, v) => r with { Connections = v },
            ["sluice.connections.accepted"] = static (r, v) => r with { Accepted = v },
            ["sluice.connections.closed/completed"] = static (r, v) => r with { Completed = v },
            ["sluice.connections.closed/aborted"] = static (r, v) => r with { Aborted = v },
            ["sluice.connections.closed/failed"] = static (r, v) => r with { Failed = v },
            ["sluice.bytes.received"] = static (r, v) => r with { BytesReceived = v },
            ["sluice.bytes.sent"] = static (r, v) => r with { BytesSent = v },
            ["sluice.reactor.operations"] = static (r, v) => r with { Operations = v },
            ["sluice.reactor.completions"] = static (r, v) => r with { Completions = v },
            ["sluice.reactor.turns"] = static (r, v) => r with { Turns = v },
            ["sluice.reactor.wakeups"] = static (r, v) => r with { Wakeups = v },
            ["sluice.reactor.signals"] = static (r, v) => r with { Signals = v },
            ["sluice.reactor.sq_full"] = static (r, v) => r with { SubmissionQueueFull = v },
            ["sluice.reactor.cq_overflows"] =
                static (r, v) => r with { CompletionQueueOverflows = v },
            ["sluice.reactor.stale_completions"] = static (r, v) => r with { StaleCompletions = v },
            ["sluice.buffer_ring.size"] = static (r, v) => r with { BufferRingSize = v },
            ["sluice.buffer_ring.buffers"] = static (r, v) => r with { BufferRingBuffers = v },
            ["sluice.buffer_ring.depth"] = static (r, v) => r with { BufferRingDepth = v },
            ["sluice.buffer_ring.held"] = static (r, v) => r with { BufferRingHeld = v },
            ["sluice.buffer_ring.starvations"] =
                static (r, v) => r with { BufferRingStarvations = v },
            ["sluice.reactor.heap.slabs/receive"] =
                static (r, v) => r with { HeapSlabs = r.HeapSlabs + v },
            ["sluice.reactor.heap.slabs/send"] =
                static (r, v) => r with { HeapSlabs = r.HeapSlabs + v },
            ["sluice.reactor.heap.mapped/receive"] =
                static (r, v) => r with { HeapBytes = r.HeapBytes + v },
            ["sluice.reactor.heap.mapped/send"] =
                static (r, v) => r with { HeapBytes = r.HeapBytes + v },
            ["sluice.reactor.heap.vectors/receive"] =
                static (r, v) => r with { HeapVectors = r.HeapVectors + v },
            ["sluice.reactor.heap.vectors/send"] =
                static (r, v) => r with { HeapVectors = r.HeapVectors + v },
        };

    private static readonly string[] s_ofTheProcess =
    [
        "sluice.heap.slabs",
        "sluice.heap.mapped",
        "sluice.pool.bytes",
        "sluice.pool.allocations",
        "sluice.pool.lost",
        "sluice.channel.messages/written",
        "sluice.channel.messages/read",
        "sluice.channel.waits",
        "sluice.channel.peers",
        "sluice.channel.ended/died",
        "sluice.channel.ended/faulted",
    ];

    private readonly SortedDictionary<(int Runtime, int Reactor), ReactorSnapshot> _reactors = [];
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _engines = new(StringComparer.Ordinal);

    /// <summary>The instruments that are looked at.</summary>
    public static IEnumerable<string> Instruments { get; } =
        [.. s_ofReactors.Keys.Concat(s_ofTheProcess).Select(WithoutTag).Distinct()];

    /// <summary>Whether any measurement was one of Sluice's.</summary>
    public bool HasAny => _sums.Count != 0;

    public static bool IsMeter(string name) =>
        name is SluiceMetrics.MeterName or BufferLeaks.MeterName;

    /// <summary>Adds a measurement; what is not known is not looked at.</summary>
    public void Add(
        string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int runtime = 0;
        int? reactor = null;
        string key = instrument;
        foreach ((string name, object? tag) in tags)
        {
            string text = tag?.ToString() ?? "";
            switch (name)
            {
                case "engine":
                    _engines.Add(text);
                    break;
                case "runtime":
                    runtime = int.Parse(text, CultureInfo.InvariantCulture);
                    break;
                case "reactor":
                    reactor = int.Parse(text, CultureInfo.InvariantCulture);
                    break;
                default:
                    key = $"{instrument}/{text}";
                    break;
            }
        }

        _sums[key] = _sums.GetValueOrDefault(key) + value;
        if (reactor is { } index && s_ofReactors.TryGetValue(key, out var set))
        {
            var at = (runtime, index);
            ReactorSnapshot before = _reactors.GetValueOrDefault(at)
                ?? new ReactorSnapshot { Runtime = runtime, Index = index };
            _reactors[at] = set(before, value);
        }
    }

    /// <summary>The snapshot; what it does not know of the process is for the caller to set.
    /// </summary>
    public SluiceSnapshot Build() => new()
    {
        Engine = string.Join(',', _engines),
        Connections = Sum("sluice.connections"),
        Accepted = Sum("sluice.connections.accepted"),
        Completed = Sum("sluice.connections.closed/completed"),
        Aborted = Sum("sluice.connections.closed/aborted"),
        Failed = Sum("sluice.connections.closed/failed"),
        BytesReceived = Sum("sluice.bytes.received"),
        BytesSent = Sum("sluice.bytes.sent"),
        HeapSlabs = Sum("sluice.heap.slabs"),
        HeapBytes = Sum("sluice.heap.mapped"),
        PoolBytes = Sum("sluice.pool.bytes"),
        PoolAllocations = Sum("sluice.pool.allocations"),
        PoolLost = Sum("sluice.pool.lost"),
        MessagesWritten = Sum("sluice.channel.messages/written"),
        MessagesRead = Sum("sluice.channel.messages/read"),
        ChannelWaits = Sum("sluice.channel.waits"),
        ChannelPeers = Sum("sluice.channel.peers"),
        ChannelDeaths = Sum("sluice.channel.ended/died"),
        ChannelFaults = Sum("sluice.channel.ended/faulted"),
        Reactors = [.. _reactors.Values],
    };

    private static string WithoutTag(string key) => key.Split('/')[0];

    private long Sum(string key) => _sums.GetValueOrDefault(key);
}
