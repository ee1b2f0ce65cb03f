using Sluice.Testing.Simulation.Operations;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Rings;

/// <summary><c>io_uring_setup</c> and <c>io_uring_enter</c>: submitting and waiting.</summary>
internal sealed unsafe class SimulatedEntry(SimulatedKernel kernel)
{
    private const uint EntriesMax = 32768;
    private const int RoundsMax = 100_000;

    private const RingFeatures Features =
        RingFeatures.SingleMmap | RingFeatures.NoDrop | RingFeatures.SubmitStable
        | RingFeatures.FastPoll | RingFeatures.Poll32Bits | RingFeatures.ExtendedArgument
        | RingFeatures.NativeWorkers | RingFeatures.SkipCompletions | RingFeatures.LinkedFile
        | RingFeatures.MinTimeout;

    private readonly List<SimulatedRing> _rings = [];

    public IReadOnlyList<SimulatedRing> Rings => _rings;

    public int Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping)
    {
        mapping = default;
        if (kernel.SetupRefusal != Errno.None)
            return -(int)kernel.SetupRefusal;

        var flags = (RingSetupFlags)parameters.flags;
        if ((flags & kernel.UnknownSetupFlags) != 0 || entries == 0)
            return -(int)Errno.EINVAL;
        if (flags.HasFlag(RingSetupFlags.DeferTaskrun)
            && !flags.HasFlag(RingSetupFlags.SingleIssuer))
        {
            return -(int)Errno.EINVAL;
        }

        if (entries > EntriesMax && !flags.HasFlag(RingSetupFlags.Clamp))
            return -(int)Errno.EINVAL;

        parameters.sq_entries = RoundUp(Math.Min(entries, EntriesMax));
        uint completions = flags.HasFlag(RingSetupFlags.CqSize)
            ? RoundUp(parameters.cq_entries)
            : parameters.sq_entries * 2;
        if (completions < parameters.sq_entries)
            return -(int)Errno.EINVAL;

        if (kernel.Meets(SimulationFault.NoMemory))
            return -(int)Errno.ENOMEM;

        parameters.cq_entries = completions;
        parameters.features = (uint)Features;
        var ring = new SimulatedRing(kernel, ref parameters);
        int fd = kernel.Descriptors.Open(ring);
        if (fd < 0)
        {
            ring.Memory.Free();
            return fd;
        }

        _rings.Add(ring);
        mapping = ring.Memory.Mapping;
        kernel.Log("setup", fd, parameters.sq_entries, completions);
        return fd;
    }

    public void Forget(SimulatedRing ring)
    {
        _ = _rings.Remove(ring);
        kernel.RegisteredRings.Forget(ring);
    }

    public int Enter(
        int fd, uint toSubmit, uint minComplete, uint flags, void* argument, nuint argumentSize)
    {
        SimulatedRing? ring = (flags & IORING_ENTER_REGISTERED_RING) != 0
            ? kernel.RegisteredRings.Find(fd)
            : kernel.Descriptors.Find<SimulatedRing>(fd);
        if (ring is null)
            return -(int)Errno.EBADF;
        if (ring.Flags.HasFlag(RingSetupFlags.SingleIssuer)
            && ring.OwnerThreadId != Environment.CurrentManagedThreadId)
        {
            return -(int)Errno.EEXIST;
        }

        kernel.ThrowIfViolated();
        kernel.Counters.Enters++;
        kernel.Log("enter", toSubmit, minComplete, flags);
        CheckQueues(ring);
        if (toSubmit > 0 && Refuse(ring) is var error and not 0)
            return error;

        int submitted = Submit(ring, toSubmit);
        if (submitted < toSubmit)
        {
            return submitted;
        }

        if ((flags & IORING_ENTER_GETEVENTS) == 0)
        {
            if (!ring.IsDeferred)
                _ = ring.RunReady(force: false);
            return submitted;
        }

        long deadline = Deadline(flags, argument, argumentSize);
        int result = Wait(ring, Math.Min(minComplete, ring.Memory.CompletionCount), deadline);
        return submitted > 0 || result == 0 ? submitted : result;
    }

    private static uint RoundUp(uint value) =>
        System.Numerics.BitOperations.RoundUpToPowerOf2(Math.Max(value, 1));

    private void CheckQueues(SimulatedRing ring)
    {
        if (ring.Memory.SubmissionsPending > ring.Memory.SubmissionCount)
            throw kernel.Violation("the submission queue has more entries than it has room for");
        if (ring.Memory.CompletionsReady > ring.Memory.CompletionCount)
            throw kernel.Violation("completions were consumed that were never posted");
        foreach (SimulatedBufferGroup group in ring.BufferGroups.Values)
            group.Synchronize();
    }

    private int Refuse(SimulatedRing ring)
    {
        if (ring.HasOverflown && kernel.Meets(SimulationFault.EnterBusy))
        {
            // A kernel that says so has tried to make room first.
            ring.FlushOverflow();
            if (ring.HasOverflown)
                return -(int)Errno.EBUSY;
        }

        return kernel.Meets(SimulationFault.EnterAgain) ? -(int)Errno.EAGAIN : 0;
    }

    private int Submit(SimulatedRing ring, uint toSubmit)
    {
        uint count = Math.Min(toSubmit, ring.Memory.SubmissionsPending);
        if (count > 1 && kernel.Meets(SimulationFault.PartialSubmit))
            count = (uint)kernel.Random.Between(1, (int)count - 1);

        SimulatedOperation? first = null;
        SimulatedOperation? last = null;
        int consumed = 0;
        while (consumed < count)
        {
            consumed++;
            if (!ring.Memory.TakeSubmission(out io_uring_sqe sqe))
                continue;

            kernel.Log("submit", (long)sqe.user_data, sqe.opcode, sqe.fd);
            kernel.Counters.Count((Opcode)sqe.opcode);
            SimulatedOperation operation = OperationFactory.Create(kernel, ring, in sqe);
            bool isRefused = operation is UnknownOperation
                && !ring.Flags.HasFlag(RingSetupFlags.SubmitAll);
            if (last is not null)
                last.Next = operation;
            first ??= operation;
            last = operation;
            if (operation.IsLinked && !isRefused)
                continue;

            first.Start();
            first = last = null;
            if (isRefused)
                break;
        }

        // A chain ends where its submit ends.
        first?.Start();
        return consumed;
    }

    private long Deadline(uint flags, void* argument, nuint argumentSize)
    {
        if ((flags & IORING_ENTER_EXT_ARG) == 0 || argument == null)
            return long.MaxValue;
        if (argumentSize != (nuint)sizeof(io_uring_getevents_arg))
            throw kernel.Violation("the argument of an entry has the wrong size");

        ulong time = ((io_uring_getevents_arg*)argument)->ts;
        return time == 0
            ? long.MaxValue
            : kernel.Clock.Now + TimeoutOperation.Ticks((__kernel_timespec*)time);
    }

    private int Wait(SimulatedRing ring, uint minComplete, long deadline)
    {
        for (int round = 0; round < RoundsMax; round++)
        {
            ring.FlushOverflow();
            bool ranAny = ring.RunReady(force: round > 1);
            ring.FlushOverflow();
            if (ring.Memory.CompletionsReady >= minComplete)
                return 0;
            if (ranAny || ring.HasReady)
                continue;
            if (kernel.Meets(SimulationFault.EnterInterrupted))
                return -(int)Errno.EINTR;

            bool timeFirst = kernel.Meets(SimulationFault.TimeFirst);
            if (!timeFirst && kernel.Idle?.Invoke() == true)
                continue;

            long next = Math.Min(kernel.Clock.NextDue, deadline);
            foreach (SimulatedRing other in _rings)
                next = Math.Min(next, other.NextDue);
            if (next == long.MaxValue)
            {
                if (timeFirst && kernel.Idle?.Invoke() == true)
                    continue;
                kernel.Counters.Hangs++;
                return 0;
            }

            kernel.Log("time", next);
            kernel.Clock.AdvanceTo(next);
            if (next == deadline)
            {
                _ = ring.RunReady(force: true);
                return ring.Memory.CompletionsReady > 0 ? 0 : -(int)Errno.ETIME;
            }
        }

        throw kernel.Violation("a wait makes no progress");
    }
}
