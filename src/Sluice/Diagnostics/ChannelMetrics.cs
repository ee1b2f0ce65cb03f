using System.Diagnostics.Metrics;
using Sluice.Ipc.Channels;

namespace Sluice.Diagnostics;

/// <summary>
/// The figures of the process's channels, in the meter <c>Sluice</c>, which is made with the first
/// channel. An end counts for itself, without atomic operations, and is summed when somebody asks;
/// waits, and peers that come and go, are rare beside messages and counted here.
/// </summary>
internal static class ChannelMetrics
{
    private static readonly Lock s_gate = new();
    private static readonly HashSet<ChannelCounters> s_writers = [];
    private static readonly HashSet<ChannelCounters> s_readers = [];
    private static readonly long[] s_ended = new long[(int)SharedChannelEnd.Faulted + 1];
    private static readonly Meter s_meter = new(SluiceMetrics.MeterName);

    // Of ends that were disposed.
    private static long s_written;
    private static long s_read;
    private static long s_waits;
    private static long s_peers;

    static ChannelMetrics()
    {
        _ = s_meter.CreateObservableCounter(
            "sluice.channel.messages",
            Messages,
            "{message}",
            "Messages that this process has written to and read from channels.");
        _ = s_meter.CreateObservableCounter(
            "sluice.channel.waits",
            static () => Volatile.Read(ref s_waits),
            "{wait}",
            "Waits for a message or for room that did not end by spinning.");
        _ = s_meter.CreateObservableUpDownCounter(
            "sluice.channel.peers",
            static () => Volatile.Read(ref s_peers),
            "{peer}",
            "Peers at the other ends of channels.");
        _ = s_meter.CreateObservableCounter(
            "sluice.channel.ended", Ended, "{peer}", "Peers that went, and how.");
    }

    public static void AddWriter(ChannelCounters counters)
    {
        lock (s_gate)
            s_writers.Add(counters);
    }

    public static void AddReader(ChannelCounters counters)
    {
        lock (s_gate)
            s_readers.Add(counters);
    }

    /// <summary>An end is disposed; what it has counted stays in the sum.</summary>
    public static void Remove(ChannelCounters counters)
    {
        lock (s_gate)
        {
            if (s_writers.Remove(counters))
                s_written += Volatile.Read(ref counters.Messages);
            else if (s_readers.Remove(counters))
                s_read += Volatile.Read(ref counters.Messages);
        }
    }

    public static void OnWait() => Interlocked.Increment(ref s_waits);

    public static void OnPeer() => Interlocked.Increment(ref s_peers);

    public static void OnEnded(SharedChannelEnd end)
    {
        Interlocked.Decrement(ref s_peers);
        Interlocked.Increment(ref s_ended[(int)end]);
    }

    private static Measurement<long>[] Messages()
    {
        lock (s_gate)
        {
            return
            [
                Tagged(Sum(s_writers, s_written), "direction", "written"),
                Tagged(Sum(s_readers, s_read), "direction", "read"),
            ];
        }
    }

    private static long Sum(HashSet<ChannelCounters> ends, long before)
    {
        foreach (ChannelCounters counters in ends)
            before += Volatile.Read(ref counters.Messages);
        return before;
    }

    private static Measurement<long>[] Ended() =>
    [
        Ended(SharedChannelEnd.Completed, "completed"),
        Ended(SharedChannelEnd.Died, "died"),
        Ended(SharedChannelEnd.Disconnected, "disconnected"),
        Ended(SharedChannelEnd.Faulted, "faulted"),
    ];

    private static Measurement<long> Ended(SharedChannelEnd end, string reason) =>
        Tagged(Volatile.Read(ref s_ended[(int)end]), "reason", reason);

    private static Measurement<long> Tagged(long value, string tag, string text) =>
        new(value, [new KeyValuePair<string, object?>(tag, text)]);
}
