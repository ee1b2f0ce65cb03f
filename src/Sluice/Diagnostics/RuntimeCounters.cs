using Sluice.Memory;
using Sluice.Reactors;

namespace Sluice.Diagnostics;

/// <summary>
/// Plain counters that hot paths add to. One per reactor, written by its thread alone, so that
/// counting costs an increment; <see cref="SluiceMetrics"/> reads them when somebody asks.
/// </summary>
/// <remarks>
/// <para>
/// The sockets engine, which has no reactors, keeps one for all its threads and adds with
/// <see cref="Interlocked"/>.
/// </para>
/// <para>
/// Memory order: writers use plain stores, readers a volatile read. An aligned 64-bit word does
/// not tear, and a figure never goes back unless it may; but two figures are of two moments, so
/// nothing follows from their difference but that they were near it.
/// </para>
/// </remarks>
internal sealed class RuntimeCounters
{
    /// <summary>Open connections, accepted and outbound.</summary>
    public long Connections;

    /// <summary>Connections accepted so far.</summary>
    public long ConnectionsAccepted;

    /// <summary>Connections that both sides have ended so far.</summary>
    public long ConnectionsCompleted;

    /// <summary>Connections that this side has given up so far.</summary>
    public long ConnectionsAborted;

    /// <summary>Connections that the peer has reset, or that the kernel has given up.</summary>
    public long ConnectionsFailed;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived;

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent;

    /// <summary>Bytes sent so far by threads other than the reactor's; added atomically.</summary>
    public long BytesSentRemotely;

    /// <summary>Operations whose last completion is outstanding.</summary>
    public long OperationsInFlight;

    /// <summary>Completions dispatched so far.</summary>
    public long Completions;

    /// <summary>Turns of the loop so far.</summary>
    public long Turns;

    /// <summary>How often the reactor came back from its wait.</summary>
    public long Wakeups;

    /// <summary>
    /// How often another thread ended the wait with a system call; added atomically.
    /// </summary>
    public long Signals;

    /// <summary>How often the submission queue had no entry left.</summary>
    public long SubmissionQueueFull;

    /// <summary>How often the completion queue overflowed.</summary>
    public long CompletionQueueOverflows;

    /// <summary>The most receive buffers that there may be.</summary>
    public long BufferRingSize;

    /// <summary>Receive buffers that have memory now.</summary>
    public long BufferRingBuffers;

    /// <summary>Receive buffers that the kernel can take from now.</summary>
    public long BufferRingDepth;

    /// <summary>Receive buffers that readers hold now.</summary>
    public long BufferRingHeld;

    /// <summary>
    /// Completions whose operation was gone already. Always 0: anything else is a defect, and
    /// the generations have kept it from doing harm.
    /// </summary>
    public long StaleCompletions;

    /// <summary>How often a receive found no buffer.</summary>
    public long BufferRingStarvations;

    /// <summary>Where received bytes go; null without a reactor.</summary>
    public IoHeap? ReceiveHeap { get; init; }

    /// <summary>Where sent bytes come from; null without a reactor.</summary>
    public SendBlockPool? SendBlocks { get; init; }

    /// <summary>A connection has ended. The reactor's thread alone.</summary>
    /// <param name="failure">What its user is told; null for an orderly end.</param>
    /// <param name="abortReason">Set if this side wanted it so.</param>
    public void CountEnd(Exception? failure, Exception? abortReason)
    {
        Connections--;
        if (failure is null)
            ConnectionsCompleted++;
        else if (abortReason is null)
            ConnectionsFailed++;
        else
            ConnectionsAborted++;
    }
}
