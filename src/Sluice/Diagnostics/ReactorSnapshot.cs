namespace Sluice.Diagnostics;

/// <summary>
/// The figures of one reactor, as of its last turn. What is called "so far" only grows; rates are
/// differences between two snapshots.
/// </summary>
public sealed record ReactorSnapshot
{
    /// <summary>Which runtime of the process it belongs to.</summary>
    public int Runtime { get; init; }

    /// <summary>Its place in <see cref="SluiceRuntime.Reactors"/>.</summary>
    public int Index { get; init; }

    /// <summary>Open connections.</summary>
    public long Connections { get; init; }

    /// <summary>Connections that listeners on this reactor have accepted so far.</summary>
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

    /// <summary>Operations in flight.</summary>
    public long Operations { get; init; }

    /// <summary>Completions so far.</summary>
    public long Completions { get; init; }

    /// <summary>Turns of the loop so far.</summary>
    public long Turns { get; init; }

    /// <summary>Waits so far that ended.</summary>
    public long Wakeups { get; init; }

    /// <summary>Waits so far that another thread ended.</summary>
    public long Signals { get; init; }

    /// <summary>Times so far that the submission queue was full.</summary>
    public long SubmissionQueueFull { get; init; }

    /// <summary>Times so far that the completion queue overflowed; nothing is lost.</summary>
    public long CompletionQueueOverflows { get; init; }

    /// <summary>Completions so far of operations that were gone; 0 but for a defect.</summary>
    public long StaleCompletions { get; init; }

    /// <summary>The most receive buffers that there may be.</summary>
    public long BufferRingSize { get; init; }

    /// <summary>Receive buffers that have memory.</summary>
    public long BufferRingBuffers { get; init; }

    /// <summary>Receive buffers that the kernel can take from.</summary>
    public long BufferRingDepth { get; init; }

    /// <summary>Receive buffers that readers hold.</summary>
    public long BufferRingHeld { get; init; }

    /// <summary>Receives so far that found no buffer and waited for one.</summary>
    public long BufferRingStarvations { get; init; }

    /// <summary>Slabs of its heaps.</summary>
    public long HeapSlabs { get; init; }

    /// <summary>Bytes of its heaps.</summary>
    public long HeapBytes { get; init; }

    /// <summary>Vectors of its heaps that are in use or ready to be.</summary>
    public long HeapVectors { get; init; }
}
