using Sluice.Diagnostics;
using Sluice.Tool.Soak.Load;

namespace Sluice.Tool.Soak.Watching;

/// <summary>Puts together what is known of a server at one moment.</summary>
internal sealed class SoakSampler(int process, ServerWatch watch, SoakTally tally)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>The load whose connections are counted; null before there is one.</summary>
    public SoakLoad? Load { get; set; }

    /// <summary>Whether the server's own figures are there, and are not old.</summary>
    public bool HasFigures =>
        watch.Latest is { Engine: not "" } latest
        && TimeProvider.System.GetUtcNow() - latest.Time < Fresh;

    /// <summary>Whether there will be none.</summary>
    public bool HasNoFigures => watch.Refusal is not null;

    /// <summary>A sample; null if the process is gone.</summary>
    /// <param name="seconds">Since the load began.</param>
    public SoakSample? Take(double seconds)
    {
        if (ProcessFigures.Read(process) is not { } figures)
            return null;
        SluiceSnapshot own = watch.Latest ?? new SluiceSnapshot();
        return new SoakSample
        {
            Seconds = Math.Round(seconds, 2),
            Descriptors = figures.Descriptors,
            Threads = figures.Threads,
            Resident = figures.Resident,
            ManagedHeap = watch.Runtime.HeapBytes,
            ManagedCommitted = watch.Runtime.CommittedBytes,
            SlabBytes = own.Reactors.Sum(static r => r.HeapBytes),
            PoolBytes = own.PoolBytes,
            RingBuffers = own.Reactors.Sum(static r => r.BufferRingBuffers),
            RingHeld = own.Reactors.Sum(static r => r.BufferRingHeld),
            RingStarvations = own.Reactors.Sum(static r => r.BufferRingStarvations),
            Operations = own.Reactors.Sum(static r => r.Operations),
            ServerConnections = own.Connections,
            Connections = Load?.Peers.Count ?? 0,
            Requests = tally.Requests,
            Bytes = tally.Bytes,
            Corrupted = tally.Corrupted,
            Failures = tally.Failures,
        };
    }
}
