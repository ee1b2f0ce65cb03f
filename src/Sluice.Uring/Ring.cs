using System.Runtime.CompilerServices;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// An io_uring: a queue of submissions to the kernel and a queue of completions from it, both in
/// memory that is shared with the kernel.
/// </summary>
/// <remarks>
/// <para>
/// A ring is not thread-safe: one thread prepares, submits and reads completions. With
/// <see cref="RingSetupFlags.SingleIssuer"/> the kernel enforces it, and the ring must be created
/// on that thread; a foreign submit returns <see cref="Errno.EEXIST"/>.
/// </para>
/// <para>
/// Errors of the kernel are values (<see cref="RingResult"/>); wrong arguments and a disposed
/// ring throw. Sources: <c>io_uring(7)</c>, <c>io_uring_setup(2)</c>, <c>io_uring_enter(2)</c>.
/// </para>
/// </remarks>
public sealed unsafe class Ring : IDisposable
{
    private readonly IRingKernel _kernel;
    private readonly int _enterFd;
    private readonly uint _enterFlags;
    private readonly bool _isPolled;
    private readonly bool _isDeferred;
    private readonly bool _hidesTaskWork;
    private SubmissionQueue _submissions;
    private CompletionQueue _completions;
    private RingMapping _mapping;
    private bool _disposed;

    private Ring(
        RingOptions options,
        IRingKernel kernel,
        int fd,
        in io_uring_params parameters,
        in RingMapping mapping)
    {
        _kernel = kernel;
        _mapping = mapping;
        Descriptor = fd;
        SetupFlags = (RingSetupFlags)parameters.flags;
        Features = (RingFeatures)parameters.features;
        _submissions = new SubmissionQueue(in parameters, in mapping);
        _completions = new CompletionQueue(in parameters, in mapping);
        _isPolled = SetupFlags.HasFlag(RingSetupFlags.SqPoll);
        _isDeferred = SetupFlags.HasFlag(RingSetupFlags.DeferTaskrun);
        _hidesTaskWork = _isDeferred && !SetupFlags.HasFlag(RingSetupFlags.TaskrunFlag);
        _enterFd = fd;
        Registration = new RingRegistration(this);
        if (options.RegisterDescriptor && SetupFlags.HasFlag(RingSetupFlags.SingleIssuer))
        {
            RingResult index = Registration.RegisterDescriptor();
            if (index.IsSuccess)
            {
                _enterFd = index.Value;
                _enterFlags = IORING_ENTER_REGISTERED_RING;
            }
        }
    }

    /// <summary>The ring's file descriptor; owned by the ring.</summary>
    public int Descriptor { get; }

    /// <summary>What was granted, not what was asked for.</summary>
    public RingSetupFlags SetupFlags { get; }

    /// <summary>What the kernel said it can do.</summary>
    public RingFeatures Features { get; }

    /// <summary>What can be registered with the ring.</summary>
    public RingRegistration Registration { get; }

    /// <summary>
    /// Whether completions signal the eventfd that was registered
    /// (<see cref="RingRegistration.RegisterEvent"/>). Defaults to true.
    /// </summary>
    public bool EventsEnabled
    {
        get => Completions.EventsEnabled;
        set => Completions.EventsEnabled = value;
    }

    /// <summary>The size of the submission queue.</summary>
    public uint SubmissionEntries => Submissions.Count;

    /// <summary>The size of the completion queue.</summary>
    public uint CompletionEntries => Completions.Count;

    /// <summary>Submissions that are prepared and not yet consumed by the kernel.</summary>
    public uint SubmissionsPending => Submissions.Pending;

    /// <summary>Submissions that can be taken before the next submit.</summary>
    public uint SubmissionsFree => Submissions.Free;

    /// <summary>Whether the polling thread sleeps; the next submit wakes it.</summary>
    public bool NeedsWakeUp => Submissions.NeedsWakeUp;

    /// <summary>Completions that can be read without a system call.</summary>
    public uint CompletionsReady => Completions.Ready;

    /// <summary>Malformed submissions that the kernel skipped without completing them.</summary>
    public uint SubmissionsDropped => Submissions.Dropped;

    /// <summary>Completions that a kernel without <see cref="RingFeatures.NoDrop"/> lost.</summary>
    public uint CompletionsLost => Completions.Overflow;

    /// <summary>
    /// Whether the kernel holds completions for which the queue had no room. They come in, none
    /// lost, once the queue has been read and the ring is entered again.
    /// </summary>
    public bool HasOverflown => Submissions.HasOverflown;

    /// <summary>
    /// The ready completions, in place, up to the end of the queue's memory. Read them, then
    /// <see cref="Advance"/> by their number; ask again for those after the wrap.
    /// </summary>
    public ReadOnlySpan<Completion> ReadyCompletions => Completions.ReadyEntries;

    internal bool IsDisposed => _disposed;

    // The memory of a disposed ring is gone: nothing may look at it.
    private SubmissionQueue Submissions
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _submissions;
        }
    }

    private CompletionQueue Completions
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _completions;
        }
    }

    /// <summary>Creates a ring.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="RingException">The kernel gives no ring; the message says why.</exception>
    public static Ring Create(RingOptions options) => Create(options, LinuxKernel.Instance);

    internal static Ring Create(RingOptions options, IRingKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(options);
        int fd = RingSetup.Create(
            options, kernel, out io_uring_params parameters, out RingMapping mapping);
        return new Ring(options, kernel, fd, in parameters, in mapping);
    }

    /// <summary>Asks which operations the running kernel offers.</summary>
    /// <exception cref="RingException">The kernel does not answer.</exception>
    public RingProbe Probe() => RingProbe.Create(this);

    /// <summary>Takes a free submission entry.</summary>
    /// <returns>
    /// False if the queue is full: submit, then try again. With a polled queue also
    /// <see cref="WaitForSubmissionSpace"/>.
    /// </returns>
    public bool TryGetSubmission(out Submission submission)
    {
        io_uring_sqe* sqe = Submissions.TryTake();
        submission = new Submission(sqe);
        return sqe != null;
    }

    /// <summary>Hands all prepared submissions to the kernel, without waiting.</summary>
    /// <returns>
    /// The number consumed. If it is less than were pending, the rest stays queued for the next
    /// submit.
    /// </returns>
    public RingResult Submit() => EnterCore(0, null);

    /// <summary>Submits, then waits for <paramref name="minComplete"/> completions.</summary>
    /// <returns>The number of submissions consumed, or <see cref="Errno.EINTR"/>, …</returns>
    public RingResult SubmitAndWait(uint minComplete) => EnterCore(minComplete, null);

    /// <summary>Submits, then waits for completions at most as long as the timeout.</summary>
    /// <returns>
    /// The number of submissions consumed. <see cref="Errno.ETIME"/> if nothing was submitted and
    /// the time ran out.
    /// </returns>
    public RingResult SubmitAndWait(uint minComplete, TimeSpan timeout) =>
        SubmitAndWait(minComplete, timeout, TimeSpan.Zero);

    /// <summary>
    /// Submits, then waits for <paramref name="minComplete"/> completions or, once
    /// <paramref name="minWait"/> has passed, for any at all.
    /// </summary>
    /// <param name="minComplete">The number of completions to wait for.</param>
    /// <param name="timeout">The longest wait; infinite is allowed.</param>
    /// <param name="minWait">
    /// How long to insist on <paramref name="minComplete"/>; needs
    /// <see cref="RingFeatures.MinTimeout"/>, zero needs nothing. Microseconds are kept.
    /// </param>
    public RingResult SubmitAndWait(uint minComplete, TimeSpan timeout, TimeSpan minWait)
    {
        var time = __kernel_timespec.From(timeout);
        var argument = new io_uring_getevents_arg
        {
            ts = timeout == Timeout.InfiniteTimeSpan ? 0 : (ulong)&time,
            min_wait_usec = (uint)Math.Max(minWait.Ticks / TimeSpan.TicksPerMicrosecond, 0),
        };
        return EnterCore(minComplete, &argument);
    }

    /// <summary><c>io_uring_enter(2)</c> itself, for what has no method here.</summary>
    /// <param name="toSubmit">How many submissions to consume.</param>
    /// <param name="minComplete">How many completions to wait for.</param>
    /// <param name="flags">The raw <c>IORING_ENTER_*</c> flags.</param>
    /// <param name="argument">Address of the argument that the flags imply, or 0.</param>
    /// <param name="argumentSize">Its size in bytes.</param>
    /// <remarks>Prepared submissions are published first.</remarks>
    public RingResult Enter(
        uint toSubmit, uint minComplete, uint flags, nint argument = 0, nuint argumentSize = 0)
    {
        _ = Submissions.Publish();
        return EnterKernel(toSubmit, minComplete, flags, (void*)argument, argumentSize);
    }

    /// <summary>Waits until a polled submission queue has room.</summary>
    public RingResult WaitForSubmissionSpace()
    {
        if (!_isPolled || Submissions.Free != 0)
            return default;
        return EnterKernel(0, 0, IORING_ENTER_SQ_WAIT);
    }

    /// <summary>Reads the first ready completion without consuming it.</summary>
    public bool TryPeek(out Completion completion)
    {
        Unsafe.SkipInit(out completion);
        return Peek(new Span<Completion>(ref completion)) != 0;
    }

    /// <summary>Copies ready completions without consuming them.</summary>
    /// <returns>How many; consume them with <see cref="Advance"/>.</returns>
    public int Peek(Span<Completion> destination)
    {
        int count = Completions.Peek(destination);
        if (count != 0 || destination.IsEmpty)
            return count;

        // Completions that overflowed or wait as task work come in only when the ring is entered.
        if (!_hidesTaskWork && !_submissions.HasKernelWork)
            return 0;

        _ = EnterKernel(0, 0, IORING_ENTER_GETEVENTS);
        return _completions.Peek(destination);
    }

    /// <summary>Waits for one completion, without submitting and without consuming it.</summary>
    public RingResult Wait(out Completion completion) =>
        Wait(out completion, Timeout.InfiniteTimeSpan);

    /// <summary>Waits for one completion at most as long as the timeout.</summary>
    /// <returns><see cref="Errno.ETIME"/> if the time ran out.</returns>
    public RingResult Wait(out Completion completion, TimeSpan timeout)
    {
        Unsafe.SkipInit(out completion);
        RingResult result = Wait(new Span<Completion>(ref completion), 1, timeout);
        if (!result.IsSuccess)
            completion = default;
        return result;
    }

    /// <summary>
    /// Waits for completions, without submitting, and copies what is ready without consuming it.
    /// </summary>
    /// <param name="destination">Where to; not empty.</param>
    /// <param name="minCount">How many to wait for; at most the destination's length.</param>
    /// <param name="timeout">The longest wait; infinite is allowed.</param>
    /// <returns>How many were copied, or the error.</returns>
    public RingResult Wait(Span<Completion> destination, int minCount, TimeSpan timeout) =>
        RingWait.Wait(this, destination, minCount, timeout);

    /// <summary>Consumes one completion.</summary>
    public void Seen() => Advance(1);

    /// <summary>Consumes completions: their entries go back to the kernel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer ready.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)count, Completions.Ready, nameof(count));
        _completions.Advance((uint)count);
    }

    /// <summary>
    /// Cancels what is still in flight, waits for it (at most a second), then gives the ring back
    /// to the kernel. Call it on the ring's own thread, and before releasing any memory that
    /// submissions point to.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
            return;

        RingTeardown.CancelAll(this);
        if (_enterFlags != 0)
            Registration.UnregisterDescriptor(_enterFd);
        _disposed = true;
        _kernel.Close(Descriptor, in _mapping);
    }

    /// <summary>Starts a ring that was created <see cref="RingSetupFlags.Disabled"/>.</summary>
    /// <remarks>
    /// With <see cref="RingSetupFlags.SingleIssuer"/> the calling thread becomes the owner.
    /// </remarks>
    public RingResult Enable() => Register(IORING_REGISTER_ENABLE_RINGS, 0, 0);

    /// <summary>
    /// Gives the queues new sizes; what they hold stays (Linux 6.13, rings with
    /// <see cref="RingSetupFlags.DeferTaskrun"/>).
    /// </summary>
    /// <param name="entries">The new number of submission entries.</param>
    /// <param name="completionEntries">Of completion entries; 0 for twice as many.</param>
    /// <returns>
    /// <see cref="Errno.EOVERFLOW"/> if what they hold does not fit; they are then unchanged.
    /// </returns>
    /// <exception cref="RingException">The resized ring cannot be mapped; it is lost.</exception>
    public RingResult Resize(uint entries, uint completionEntries = 0)
    {
        _ = Submissions.Publish();
        io_uring_params parameters = default;
        parameters.sq_entries = entries;
        parameters.cq_entries = completionEntries;
        parameters.flags = completionEntries == 0 ? 0 : (uint)RingSetupFlags.CqSize;
        RingResult result = Register(IORING_REGISTER_RESIZE_RINGS, (nint)(&parameters), 1);
        if (!result.IsSuccess)
            return result;

        int error = _kernel.Remap(Descriptor, in parameters, ref _mapping);
        if (error != 0)
            throw RingException.ForRegister("A new size", (Errno)(-error));
        parameters.flags = (uint)SetupFlags;
        _submissions = new SubmissionQueue(in parameters, in _mapping);
        _completions = new CompletionQueue(in parameters, in _mapping);
        return result;
    }

    /// <summary><c>io_uring_register(2)</c> itself, for what has no method here.</summary>
    /// <param name="opcode">The raw <c>IORING_REGISTER_*</c> number.</param>
    /// <param name="argument">Address of the argument that the opcode implies, or 0.</param>
    /// <param name="argumentCount">Its length, in the opcode's units.</param>
    public RingResult Register(uint opcode, nint argument, uint argumentCount)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new(_kernel.Register(Descriptor, opcode, (void*)argument, argumentCount));
    }

    /// <summary>
    /// Enters the kernel and publishes nothing: a polling kernel thread would take entries that
    /// are still being prepared.
    /// </summary>
    internal RingResult EnterKernel(
        uint toSubmit, uint minComplete, uint flags, void* argument = null, nuint size = 0) =>
        new(_kernel.Enter(
            _enterFd, toSubmit, minComplete, flags | _enterFlags, argument, size));

    private RingResult EnterCore(uint minComplete, io_uring_getevents_arg* argument)
    {
        uint toSubmit = Submissions.Publish();
        uint flags = 0;
        bool needsEnter = toSubmit != 0;
        if (_isPolled)
        {
            // The polling thread sets its flag, then looks at the tail once more; we moved the
            // tail, and must not look at the flag before that is visible.
            Interlocked.MemoryBarrier();
            needsEnter = _submissions.NeedsWakeUp;
            if (needsEnter)
                flags |= IORING_ENTER_SQ_WAKEUP;
        }

        if (minComplete != 0 || argument != null || _isDeferred || _submissions.HasKernelWork)
        {
            flags |= IORING_ENTER_GETEVENTS;
            needsEnter = true;
        }

        if (!needsEnter)
            return new((int)toSubmit);

        if (argument != null)
            flags |= IORING_ENTER_EXT_ARG;
        return EnterKernel(
            toSubmit,
            minComplete,
            flags,
            argument,
            argument == null ? 0 : (nuint)sizeof(io_uring_getevents_arg));
    }
}
