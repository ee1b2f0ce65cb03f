namespace Sluice.Tool.Soak.Watching;

/// <summary>All figures of a server and of its load at one moment.</summary>
internal sealed record SoakSample
{
    /// <summary>Since the load began.</summary>
    public double Seconds { get; init; }

    /// <summary>The server's descriptors.</summary>
    public int Descriptors { get; init; }

    /// <summary>The server's threads.</summary>
    public int Threads { get; init; }

    /// <summary>The server's resident memory, in bytes.</summary>
    public long Resident { get; init; }

    /// <summary>Its managed heap after the last collection, in bytes.</summary>
    public long ManagedHeap { get; init; }

    /// <summary>What the managed heap had from the system then, in bytes.</summary>
    public long ManagedCommitted { get; init; }

    /// <summary>The slabs of Sluice's heaps, in bytes.</summary>
    public long SlabBytes { get; init; }

    /// <summary>Sluice's buffer pools, in bytes.</summary>
    public long PoolBytes { get; init; }

    /// <summary>Receive buffers that have memory.</summary>
    public long RingBuffers { get; init; }

    /// <summary>Receive buffers that readers hold.</summary>
    public long RingHeld { get; init; }

    /// <summary>Receives so far that found no buffer and waited.</summary>
    public long RingStarvations { get; init; }

    /// <summary>Operations of the rings in flight.</summary>
    public long Operations { get; init; }

    /// <summary>Connections that Sluice has open.</summary>
    public long ServerConnections { get; init; }

    /// <summary>Connections that the load has open.</summary>
    public int Connections { get; init; }

    /// <summary>Requests answered so far.</summary>
    public long Requests { get; init; }

    /// <summary>Bytes compared so far.</summary>
    public long Bytes { get; init; }

    /// <summary>Wrong bytes so far.</summary>
    public long Corrupted { get; init; }

    /// <summary>Failures so far that the load did not cause.</summary>
    public long Failures { get; init; }
}
