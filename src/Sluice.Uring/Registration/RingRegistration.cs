using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>What can be registered with a ring; see <see cref="Ring.Registration"/>.</summary>
/// <remarks>
/// Errors of the kernel are values. Call on the ring's thread. Source:
/// <c>io_uring_register(2)</c>.
/// </remarks>
public sealed unsafe class RingRegistration
{
    private readonly Ring _ring;

    internal RingRegistration(Ring ring)
    {
        _ring = ring;
        Buffers = new(ring);
        Files = new(ring);
    }

    /// <summary>Memory that is pinned once.</summary>
    public RegisteredBuffers Buffers { get; }

    /// <summary>Direct descriptors.</summary>
    public RegisteredFiles Files { get; }

    /// <summary>
    /// Posts a completion to a ring without having one (Linux 6.13), from any thread.
    /// </summary>
    /// <param name="ringFd">The target ring's <see cref="Ring.Descriptor"/>.</param>
    /// <param name="result">The completion's result.</param>
    /// <param name="userData">The completion's user data.</param>
    public static RingResult SendMessage(int ringFd, int result, ulong userData) =>
        SendMessage(ringFd, result, userData, LinuxKernel.Instance);

    /// <summary>
    /// Signals an eventfd for each batch of completions; see <see cref="Ring.EventsEnabled"/>.
    /// </summary>
    /// <param name="eventFd">The eventfd; the ring keeps a reference of its own.</param>
    /// <param name="onlyAsync">Only for those that a kernel worker completed.</param>
    public RingResult RegisterEvent(int eventFd, bool onlyAsync = false) => _ring.Register(
        onlyAsync ? IORING_REGISTER_EVENTFD_ASYNC : IORING_REGISTER_EVENTFD,
        (nint)(&eventFd),
        1);

    /// <summary>Signals no eventfd any more.</summary>
    public RingResult UnregisterEvent() => _ring.Register(IORING_UNREGISTER_EVENTFD, 0, 0);

    /// <summary>
    /// Remembers the caller's credentials; the result is the number to set as
    /// <see cref="Submission.Personality"/>.
    /// </summary>
    public RingResult RegisterPersonality() =>
        _ring.Register(IORING_REGISTER_PERSONALITY, 0, 0);

    /// <summary>Forgets credentials.</summary>
    public RingResult UnregisterPersonality(ushort personality) =>
        _ring.Register(IORING_UNREGISTER_PERSONALITY, 0, personality);

    /// <summary>
    /// Restricts the ring, once and for good. It must have been created
    /// <see cref="RingSetupFlags.Disabled"/>; <see cref="Ring.Enable"/> follows.
    /// </summary>
    public RingResult Restrict(ReadOnlySpan<RingRestriction> restrictions)
    {
        fixed (RingRestriction* data = restrictions)
        {
            return _ring.Register(
                IORING_REGISTER_RESTRICTIONS, (nint)data, (uint)restrictions.Length);
        }
    }

    /// <summary>Binds the ring's kernel workers to CPUs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public RingResult SetWorkerAffinity(ReadOnlySpan<int> cpus)
    {
        ulong[] mask = CpuAffinity.MaskOf(cpus);
        fixed (ulong* data = mask)
        {
            return _ring.Register(
                IORING_REGISTER_IOWQ_AFF, (nint)data, (uint)mask.Length * sizeof(ulong));
        }
    }

    /// <summary>Lets the ring's kernel workers run anywhere.</summary>
    public RingResult ClearWorkerAffinity() =>
        _ring.Register(IORING_UNREGISTER_IOWQ_AFF, 0, 0);

    /// <summary>Sets how many kernel workers there may be; 0 leaves a number as it is.</summary>
    /// <param name="bounded">For files and block devices; receives the former number.</param>
    /// <param name="unbounded">For everything else; receives the former number.</param>
    public RingResult SetWorkersMax(ref uint bounded, ref uint unbounded)
    {
        uint* counts = stackalloc uint[] { bounded, unbounded };
        RingResult result = _ring.Register(IORING_REGISTER_IOWQ_MAX_WORKERS, (nint)counts, 2);
        if (result.IsSuccess)
            (bounded, unbounded) = (counts[0], counts[1]);
        return result;
    }

    /// <summary>
    /// Cancels by user data and waits until what was cancelled has let go of its memory
    /// (Linux 6.0).
    /// </summary>
    /// <returns>
    /// <see cref="Errno.ENOENT"/> if nothing matched, <see cref="Errno.ETIME"/> if the time ran
    /// out.
    /// </returns>
    public RingResult Cancel(
        ulong userData, TimeSpan timeout, CancelOptions options = CancelOptions.None) =>
        Cancel(new() { addr = userData, fd = -1, flags = (uint)options }, timeout);

    /// <summary>Like <see cref="Cancel(ulong, TimeSpan, CancelOptions)"/>, by descriptor.</summary>
    public RingResult CancelDescriptor(
        int fd, TimeSpan timeout, CancelOptions options = CancelOptions.None) =>
        Cancel(new() { fd = fd, flags = IORING_ASYNC_CANCEL_FD | (uint)options }, timeout);

    /// <summary>
    /// Cancels everything that is under way and waits for it; the result is how many were
    /// cancelled at once.
    /// </summary>
    public RingResult CancelAny(TimeSpan timeout)
    {
        const uint Everything = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
        return Cancel(new() { fd = -1, flags = Everything }, timeout);
    }

    /// <summary>
    /// Polls network devices while waiting, instead of sleeping at once (Linux 6.9).
    /// </summary>
    /// <param name="busyPoll">How long; microseconds are kept. Receives the former time.</param>
    /// <param name="prefer">Whether to keep interrupts off. Receives the former value.</param>
    public RingResult RegisterNapi(ref TimeSpan busyPoll, ref bool prefer)
    {
        var napi = new io_uring_napi
        {
            busy_poll_to = (uint)Math.Clamp(
                busyPoll.Ticks / TimeSpan.TicksPerMicrosecond, 0, uint.MaxValue),
            prefer_busy_poll = prefer ? (byte)1 : (byte)0,
        };
        RingResult result = _ring.Register(IORING_REGISTER_NAPI, (nint)(&napi), 1);
        if (result.IsSuccess)
        {
            busyPoll = new(napi.busy_poll_to * TimeSpan.TicksPerMicrosecond);
            prefer = napi.prefer_busy_poll != 0;
        }

        return result;
    }

    /// <summary>Polls network devices no more.</summary>
    public RingResult UnregisterNapi()
    {
        io_uring_napi napi = default;
        return _ring.Register(IORING_UNREGISTER_NAPI, (nint)(&napi), 1);
    }

    /// <summary>Sets the clock of the ring's waits (Linux 6.12).</summary>
    public RingResult SetClock(RingClock clock)
    {
        var registration = new io_uring_clock_register { clockid = (uint)clock };
        return _ring.Register(IORING_REGISTER_CLOCK, (nint)(&registration), 0);
    }

    internal static RingResult SendMessage(
        int ringFd, int result, ulong userData, IRingKernel kernel)
    {
        io_uring_sqe sqe = default;
        new Submission(&sqe).PrepareMessageRing(ringFd, result, userData);
        return new(kernel.Register(-1, IORING_REGISTER_SEND_MSG_RING, &sqe, 1));
    }

    /// <summary>Registers the ring's own descriptor; its index, or the error.</summary>
    internal RingResult RegisterDescriptor()
    {
        var update = new io_uring_rsrc_update
        {
            offset = uint.MaxValue,
            data = (ulong)_ring.Descriptor,
        };
        RingResult result = _ring.Register(IORING_REGISTER_RING_FDS, (nint)(&update), 1);
        return result.Value == 1 ? new((int)update.offset) : result;
    }

    /// <summary>
    /// Forgets the ring's own descriptor: until then (or the thread's end) it keeps the ring
    /// alive.
    /// </summary>
    internal void UnregisterDescriptor(int index)
    {
        var update = new io_uring_rsrc_update { offset = (uint)index };
        _ = _ring.Register(IORING_UNREGISTER_RING_FDS, (nint)(&update), 1);
    }

    private RingResult Cancel(io_uring_sync_cancel_reg cancel, TimeSpan timeout)
    {
        // The kernel takes -1 for "no limit".
        cancel.timeout = timeout == Timeout.InfiniteTimeSpan
            ? new() { tv_sec = -1, tv_nsec = -1 }
            : __kernel_timespec.From(timeout);
        return _ring.Register(IORING_REGISTER_SYNC_CANCEL, (nint)(&cancel), 1);
    }
}
