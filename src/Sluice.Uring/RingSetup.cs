using System.Diagnostics;
using System.Numerics;
using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>
/// Asks the kernel for a ring. Flags that it does not know are peeled off one by one, the newest
/// first, because a kernel refuses the whole setup for one unknown flag and never says which.
/// </summary>
internal static class RingSetup
{
    private const RingSetupFlags Supported =
        RingSetupFlags.SqPoll | RingSetupFlags.SqAffinity | RingSetupFlags.CqSize
        | RingSetupFlags.Clamp | RingSetupFlags.AttachWorkers | RingSetupFlags.Disabled
        | RingSetupFlags.SubmitAll | RingSetupFlags.CoopTaskrun | RingSetupFlags.TaskrunFlag
        | RingSetupFlags.SingleIssuer | RingSetupFlags.DeferTaskrun | RingSetupFlags.NoSqArray;

    // Newest first. A flag is dropped together with those that are invalid without it.
    private static readonly (RingSetupFlags Flag, RingSetupFlags Dependents)[] PeelOrder =
    [
        (RingSetupFlags.NoSqArray, RingSetupFlags.None),
        (RingSetupFlags.DeferTaskrun, RingSetupFlags.None),
        (RingSetupFlags.SingleIssuer, RingSetupFlags.DeferTaskrun),
        (RingSetupFlags.TaskrunFlag, RingSetupFlags.None),
        (RingSetupFlags.CoopTaskrun, RingSetupFlags.TaskrunFlag),
        (RingSetupFlags.SubmitAll, RingSetupFlags.None),
        (RingSetupFlags.AttachWorkers, RingSetupFlags.None),
        (RingSetupFlags.Clamp, RingSetupFlags.None),
        (RingSetupFlags.CqSize, RingSetupFlags.None),
        (RingSetupFlags.SqAffinity, RingSetupFlags.None),
        (RingSetupFlags.SqPoll, RingSetupFlags.SqAffinity),
    ];

    /// <summary>
    /// The flags that the options ask for, directly or by their other properties.
    /// </summary>
    public static RingSetupFlags Requested(RingOptions options)
    {
        RingSetupFlags flags = options.Flags | options.RequiredFlags;
        if ((flags & ~Supported) != 0)
        {
            throw new ArgumentException(
                $"The flags {flags & ~Supported} are not supported.", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfZero(options.Entries, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(
            options.SqPollIdle, TimeSpan.Zero, nameof(options));

        if (options.CompletionEntries != 0)
            flags |= RingSetupFlags.CqSize;
        else if (flags.HasFlag(RingSetupFlags.CqSize))
            throw new ArgumentException("CqSize needs CompletionEntries.", nameof(options));

        if (options.SqPollCpu is >= 0)
            flags |= RingSetupFlags.SqPoll | RingSetupFlags.SqAffinity;
        else if (options.SqPollCpu is not null || flags.HasFlag(RingSetupFlags.SqAffinity))
            throw new ArgumentException("SqAffinity needs a SqPollCpu.", nameof(options));

        if (options.AttachTo is not null)
            flags |= RingSetupFlags.AttachWorkers;
        else if (flags.HasFlag(RingSetupFlags.AttachWorkers))
            throw new ArgumentException("AttachWorkers needs AttachTo.", nameof(options));

        if (flags.HasFlag(RingSetupFlags.DeferTaskrun))
            flags |= RingSetupFlags.SingleIssuer;
        RequireConsistent(options, flags);
        return flags;
    }

    /// <summary>Creates the ring, or throws what explains why there is none.</summary>
    public static int Create(
        RingOptions options,
        IRingKernel kernel,
        out io_uring_params parameters,
        out RingMapping mapping)
    {
        RingSetupFlags flags = Requested(options);
        long started = Stopwatch.GetTimestamp();
        int peeled = 0;
        while (true)
        {
            parameters = Parameters(options, flags);
            int fd = kernel.Setup(options.Entries, ref parameters, out mapping);
            if (fd >= 0)
                return fd;

            var error = (Errno)(-fd);
            if (error == Errno.EINTR)
                continue;

            if (error == Errno.ENOMEM)
            {
                if (Stopwatch.GetElapsedTime(started) >= options.MemoryRetryLimit)
                    throw RingException.ForSetup(error, options);
                WaitForMemory();
                continue;
            }

            if (error != Errno.EINVAL || !Peel(ref flags, ref peeled, options.RequiredFlags))
                throw RingException.ForSetup(error, options);
        }
    }

    // What every kernel refuses is a mistake, not something to peel off.
    private static void RequireConsistent(RingOptions options, RingSetupFlags flags)
    {
        const RingSetupFlags Cooperative = RingSetupFlags.CoopTaskrun
            | RingSetupFlags.DeferTaskrun | RingSetupFlags.TaskrunFlag;

        if (flags.HasFlag(RingSetupFlags.SqPoll) && (flags & Cooperative) != 0)
        {
            throw new ArgumentException(
                $"SqPoll excludes {flags & Cooperative}.", nameof(options));
        }

        if ((flags & Cooperative) == RingSetupFlags.TaskrunFlag)
        {
            throw new ArgumentException(
                "TaskrunFlag needs CoopTaskrun or DeferTaskrun.", nameof(options));
        }

        if (options.CompletionEntries != 0
            && BitOperations.RoundUpToPowerOf2(options.CompletionEntries)
                < BitOperations.RoundUpToPowerOf2(options.Entries))
        {
            throw new ArgumentException(
                "CompletionEntries must not be fewer than Entries.", nameof(options));
        }
    }

    private static bool Peel(ref RingSetupFlags flags, ref int peeled, RingSetupFlags required)
    {
        while (peeled < PeelOrder.Length)
        {
            (RingSetupFlags flag, RingSetupFlags dependents) = PeelOrder[peeled++];
            if ((flags & flag) == 0)
                continue;

            RingSetupFlags kept = flags & ~(flag | dependents);
            if ((kept & (RingSetupFlags.CoopTaskrun | RingSetupFlags.DeferTaskrun)) == 0)
                kept &= ~RingSetupFlags.TaskrunFlag;
            if ((required & flags & ~kept) != 0)
                continue;

            flags = kept;
            return true;
        }

        return false;
    }

    private static io_uring_params Parameters(RingOptions options, RingSetupFlags flags) => new()
    {
        flags = (uint)flags,
        cq_entries = flags.HasFlag(RingSetupFlags.CqSize) ? options.CompletionEntries : 0,
        sq_thread_cpu =
            flags.HasFlag(RingSetupFlags.SqAffinity) ? (uint)options.SqPollCpu!.Value : 0,
        sq_thread_idle = (uint)options.SqPollIdle.TotalMilliseconds,
        wq_fd = flags.HasFlag(RingSetupFlags.AttachWorkers)
            ? (uint)options.AttachTo!.Descriptor
            : 0,
    };

    // There is no event for locked memory that comes back; a short wait is the kernel's advice.
    private static void WaitForMemory()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromMilliseconds(5));
    }
}
