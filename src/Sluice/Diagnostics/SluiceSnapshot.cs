using System.Text.Json;

namespace Sluice.Diagnostics;

/// <summary>
/// What a process does with Sluice, at one moment: all its runtimes, channels, heaps and pools.
/// What is called "so far" only grows; rates are differences between two snapshots.
/// </summary>
/// <remarks>
/// The figures are those of the meters <c>Sluice</c> and <c>Sluice.Memory</c>, see
/// <c>docs/observability.md</c>. Each is exact, but they are not of one and the same instant.
/// </remarks>
public sealed record SluiceSnapshot
{
    /// <summary>When it was taken.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The process.</summary>
    public int ProcessId { get; init; }

    /// <summary>The name of the process.</summary>
    public string ProcessName { get; init; } = "";

    /// <summary>How long the process has run, in seconds.</summary>
    public double UptimeSeconds { get; init; }

    /// <summary>Processor time of the process so far, in seconds.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Bytes of memory that the process has resident.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>
    /// The engines of the process's runtimes: "uring", "sockets", both with a comma, or "".
    /// </summary>
    public string Engine { get; init; } = "";

    /// <summary>Open connections.</summary>
    public long Connections { get; init; }

    /// <summary>Connections accepted so far.</summary>
    public long Accepted { get; init; }

    /// <summary>Connections so far that both sides have ended.</summary>
    public long Completed { get; init; }

    /// <summary>Connections so far that this side has given up.</summary>
    public long Aborted { get; init; }

    /// <summary>Connections so far that the peer has reset, or that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent { get; init; }

    /// <summary>HTTP requests that Kestrel has finished since somebody began to watch.</summary>
    public long Requests { get; init; }

    /// <summary>Slabs of all heaps.</summary>
    public long HeapSlabs { get; init; }

    /// <summary>Bytes of all heaps.</summary>
    public long HeapBytes { get; init; }

    /// <summary>Bytes of all buffer pools.</summary>
    public long PoolBytes { get; init; }

    /// <summary>Rentals so far for which buffer pools had to allocate.</summary>
    public long PoolAllocations { get; init; }

    /// <summary>Rentals so far that were never returned.</summary>
    public long PoolLost { get; init; }

    /// <summary>Messages written to channels so far.</summary>
    public long MessagesWritten { get; init; }

    /// <summary>Messages read from channels so far.</summary>
    public long MessagesRead { get; init; }

    /// <summary>Waits of channels so far.</summary>
    public long ChannelWaits { get; init; }

    /// <summary>Peers at the other ends of channels.</summary>
    public long ChannelPeers { get; init; }

    /// <summary>Peers of channels so far that died.</summary>
    public long ChannelDeaths { get; init; }

    /// <summary>Peers of channels so far that broke the rules.</summary>
    public long ChannelFaults { get; init; }

    /// <summary>The reactors of all runtimes, in order.</summary>
    public IReadOnlyList<ReactorSnapshot> Reactors { get; init; } = [];

    /// <summary>The snapshot as JSON: one object, its names in camel case.</summary>
    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, SnapshotJson.Default.SluiceSnapshot);

    /// <summary>A snapshot from what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static SluiceSnapshot FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, SnapshotJson.Default.SluiceSnapshot)
        ?? throw new JsonException("It is null.");
}
