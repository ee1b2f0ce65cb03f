namespace Sluice.Uring;

/// <summary>How to create a <see cref="Ring"/>.</summary>
public sealed class RingOptions
{
    /// <summary>
    /// The number of submission entries; the kernel rounds it up to a power of two.
    /// Defaults to 256.
    /// </summary>
    public uint Entries { get; set; } = 256;

    /// <summary>
    /// The number of completion entries. 0 means the kernel's choice, twice
    /// <see cref="Entries"/>. Defaults to 0.
    /// </summary>
    public uint CompletionEntries { get; set; }

    /// <summary>
    /// The flags to ask for. A flag that the kernel refuses is dropped and setup is tried again,
    /// so <see cref="Ring.SetupFlags"/> says what was granted. Flags that follow from other
    /// options need not be given. Defaults to <see cref="RingSetupFlags.SubmitAll"/>,
    /// <see cref="RingSetupFlags.NoSqArray"/> and <see cref="RingSetupFlags.Clamp"/>.
    /// </summary>
    public RingSetupFlags Flags { get; set; } =
        RingSetupFlags.SubmitAll | RingSetupFlags.NoSqArray | RingSetupFlags.Clamp;

    /// <summary>
    /// Flags that must be granted: if the kernel refuses one of these, creation fails instead of
    /// going on without. Defaults to none.
    /// </summary>
    public RingSetupFlags RequiredFlags { get; set; }

    /// <summary>
    /// The CPU of the polling thread, with <see cref="RingSetupFlags.SqPoll"/>. Null means that
    /// the scheduler chooses. Defaults to null.
    /// </summary>
    public int? SqPollCpu { get; set; }

    /// <summary>
    /// How long the polling thread spins without work before it sleeps; milliseconds are kept.
    /// Zero means the kernel's choice, one second. Defaults to zero.
    /// </summary>
    public TimeSpan SqPollIdle { get; set; }

    /// <summary>
    /// A ring whose kernel workers (and polling thread) the new ring shares. Null means its own.
    /// Defaults to null.
    /// </summary>
    public Ring? AttachTo { get; set; }

    /// <summary>
    /// Whether to register the ring's own descriptor, which makes each entry into the kernel a
    /// little cheaper. Only the creating thread may then enter, so it needs
    /// <see cref="RingSetupFlags.SingleIssuer"/>. Where the kernel refuses, the ring goes on
    /// without. Defaults to false.
    /// </summary>
    public bool RegisterDescriptor { get; set; }

    /// <summary>
    /// How long to retry when the kernel has no locked memory left (<c>ENOMEM</c>): memory of
    /// closed rings comes back asynchronously. Defaults to one second.
    /// </summary>
    public TimeSpan MemoryRetryLimit { get; set; } = TimeSpan.FromSeconds(1);
}
