namespace Sluice.Uring;

/// <summary>What the kernel says of itself at setup (<c>IORING_FEAT_*</c>).</summary>
[Flags]
public enum RingFeatures : uint
{
    /// <summary>No feature.</summary>
    None = 0,

    /// <summary>Both queues share one mapping.</summary>
    SingleMmap = 1u << 0,

    /// <summary>Completions beyond the queue's size are kept, not dropped.</summary>
    NoDrop = 1u << 1,

    /// <summary>What a submission points to may be reused once it was consumed.</summary>
    SubmitStable = 1u << 2,

    /// <summary>An offset of -1 means the file's own position.</summary>
    CurrentPosition = 1u << 3,

    /// <summary>Operations run with the credentials of whoever enters the ring.</summary>
    CurrentPersonality = 1u << 4,

    /// <summary>Waiting for readiness needs no kernel worker.</summary>
    FastPoll = 1u << 5,

    /// <summary>Poll takes 32 bits of events.</summary>
    Poll32Bits = 1u << 6,

    /// <summary>A polled submission queue needs no registered files.</summary>
    SqPollNonFixed = 1u << 7,

    /// <summary>Waits take a timeout directly.</summary>
    ExtendedArgument = 1u << 8,

    /// <summary>Kernel workers are threads of the process.</summary>
    NativeWorkers = 1u << 9,

    /// <summary>Registered resources can be tagged.</summary>
    ResourceTags = 1u << 10,

    /// <summary>Completions of successes can be skipped.</summary>
    SkipCompletions = 1u << 11,

    /// <summary>Linked operations see the files that earlier ones of the chain opened.</summary>
    LinkedFile = 1u << 12,

    /// <summary>A registered ring can register.</summary>
    RegisterRegisteredRing = 1u << 13,

    /// <summary>Sends and receives can take several buffers at once.</summary>
    Bundle = 1u << 14,

    /// <summary>Waits take a minimum time for batching.</summary>
    MinTimeout = 1u << 15,

    /// <summary>Reads and writes take attributes.</summary>
    ReadWriteAttributes = 1u << 16,

    /// <summary>Waits can be kept out of the I/O wait statistics.</summary>
    NoIoWait = 1u << 17,
}
