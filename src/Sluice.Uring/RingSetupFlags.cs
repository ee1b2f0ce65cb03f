namespace Sluice.Uring;

/// <summary>How a ring is set up (<c>IORING_SETUP_*</c>, see <c>io_uring_setup(2)</c>).</summary>
[Flags]
public enum RingSetupFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>
    /// A kernel thread polls the submission queue; see also <see cref="SqAffinity"/>.
    /// </summary>
    SqPoll = 1u << 1,

    /// <summary>The polling thread is bound to <see cref="RingOptions.SqPollCpu"/>.</summary>
    SqAffinity = 1u << 2,

    /// <summary>The completion queue has <see cref="RingOptions.CompletionEntries"/>.</summary>
    CqSize = 1u << 3,

    /// <summary>Sizes above the kernel's limit are lowered to it instead of refused.</summary>
    Clamp = 1u << 4,

    /// <summary>Worker threads are shared with <see cref="RingOptions.AttachTo"/>.</summary>
    AttachWorkers = 1u << 5,

    /// <summary>The ring starts disabled, until <see cref="Ring.Enable"/>.</summary>
    Disabled = 1u << 6,

    /// <summary>A failing submission does not stop those behind it.</summary>
    SubmitAll = 1u << 7,

    /// <summary>Completions do not interrupt user code; they run on the next entry.</summary>
    CoopTaskrun = 1u << 8,

    /// <summary>The kernel flags pending completion work in shared memory.</summary>
    TaskrunFlag = 1u << 9,

    /// <summary>Only one thread submits. Others get <see cref="Errno.EEXIST"/>.</summary>
    SingleIssuer = 1u << 12,

    /// <summary>Completion work runs only when the owner waits for completions.</summary>
    DeferTaskrun = 1u << 13,

    /// <summary>Submissions are taken in ring order, without an index array.</summary>
    NoSqArray = 1u << 16,
}
