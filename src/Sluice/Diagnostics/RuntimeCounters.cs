namespace Sluice.Diagnostics;

/// <summary>
/// Plain counters that hot paths add to. One per reactor, written by its thread alone, so that
/// counting costs an increment; <see cref="SluiceMetrics"/> reads them when somebody asks.
/// </summary>
/// <remarks>
/// The sockets engine, which has no reactors, keeps one for all its threads and adds with
/// <see cref="Interlocked"/>. Aligned 64-bit reads do not tear.
/// </remarks>
internal sealed class RuntimeCounters
{
    /// <summary>Open connections, accepted and outbound.</summary>
    public long Connections;

    /// <summary>Connections accepted so far.</summary>
    public long ConnectionsAccepted;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived;

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent;

    /// <summary>Bytes sent so far by threads other than the reactor's; added atomically.</summary>
    public long BytesSentRemotely;

    /// <summary>How often the reactor came back from its wait.</summary>
    public long Wakeups;

    /// <summary>How often the submission queue had no entry left.</summary>
    public long SubmissionQueueFull;

    /// <summary>How often the completion queue overflowed.</summary>
    public long CompletionQueueOverflows;

    /// <summary>Receive buffers that the kernel can take from now.</summary>
    public long BufferRingDepth;

    /// <summary>
    /// Completions whose operation was gone already. Always 0: anything else is a defect, and
    /// the generations have kept it from doing harm.
    /// </summary>
    public long StaleCompletions;

    /// <summary>How often a receive found no buffer.</summary>
    public long BufferRingStarvations;
}
