using System.Diagnostics;
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
    private const uint NanosecondsPerMicrosecond = 1000;

    private readonly IRingKernel _kernel;
    private readonly SubmissionQueue _submissions;
    private readonly CompletionQueue _completions;
    private readonly RingMapping _mapping;
    private readonly int _enterFd;
    private readonly uint _enterFlags;
    private readonly bool _isPolled;
    private readonly bool _isDeferred;
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
        _enterFd = fd;
        if (options.RegisterDescriptor && SetupFlags.HasFlag(RingSetupFlags.SingleIssuer))
        {
            int index = RegisterOwnDescriptor();
            if (index >= 0)
            {
                _enterFd = index;
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

    /// <summary>The size of the submission queue.</summary>
    public uint SubmissionEntries => _submissions.Count;

    /// <summary>The size of the completion queue.</summary>
    public uint CompletionEntries => _completions.Count;

    /// <summary>Submissions that are prepared and not yet consumed by the kernel.</summary>
    public uint SubmissionsPending => _submissions.Pending;

    /// <summary>Submissions that can be taken before the next submit.</summary>
    public uint SubmissionsFree => _submissions.Free;

    /// <summary>Completions that can be read without a system call.</summary>
    public uint CompletionsReady => _completions.Ready;

    /// <summary>Malformed submissions that the kernel skipped without completing them.</summary>
    public uint SubmissionsDropped => _submissions.Dropped;

    /// <summary>Completions that a kernel without <see cref="RingFeatures.NoDrop"/> lost.</summary>
    public uint CompletionsLost => _completions.Overflow;

    /// <summary>
    /// Whether the kernel holds completions for which the queue had no room. They come in, none
    /// lost, once the queue has been read and the ring is entered again.
    /// </summary>
    public bool HasOverflown => _submissions.HasOverflown;

    /// <summary>
    /// The ready completions, in place, up to the end of the queue's memory. Read them, then
    /// <see cref="Advance"/> by their number; ask again for those after the wrap.
    /// </summary>
    public ReadOnlySpan<Completion> ReadyCompletions => _completions.ReadyEntries;

    internal bool IsDisposed => _disposed;

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
    public RingProbe Probe()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return RingProbe.Create(this);
    }

    /// <summary>Takes a free submission entry.</summary>
    /// <returns>
    /// False if the queue is full: submit, then try again. With a polled queue also
    /// <see cref="WaitForSubmissionSpace"/>.
    /// </returns>
    public bool TryGetSubmission(out Submission submission)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        io_uring_sqe* sqe = _submissions.TryTake();
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
            min_wait_usec = (uint)(minWait.TotalNanoseconds / NanosecondsPerMicrosecond),
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        _submissions.Publish();
        return new(_kernel.Enter(
            _enterFd, toSubmit, minComplete, flags | _enterFlags, (void*)argument, argumentSize));
    }

    /// <summary>Waits until a polled submission queue has room.</summary>
    public RingResult WaitForSubmissionSpace()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_isPolled || _submissions.Free != 0)
            return default;
        return Enter(0, 0, IORING_ENTER_SQ_WAIT);
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
        ObjectDisposedException.ThrowIf(_disposed, this);
        int count = _completions.Peek(destination);
        if (count != 0 || destination.IsEmpty || !_submissions.HasKernelWork)
            return count;

        // Completions that overflowed or wait as task work come in only when the ring is entered.
        _ = Enter(0, 0, IORING_ENTER_GETEVENTS);
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
    public RingResult Wait(Span<Completion> destination, int minCount, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minCount, destination.Length);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            int count = Peek(destination);
            if (count >= minCount)
                return new(count);

            TimeSpan left = timeout;
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                left -= Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    return new(-(int)Errno.ETIME);
            }

            RingResult result = WaitOnly((uint)minCount, left);
            if (!result.IsSuccess && result.Error is not (Errno.EINTR or Errno.ETIME))
                return result;
        }
    }

    /// <summary>Consumes one completion.</summary>
    public void Seen() => Advance(1);

    /// <summary>Consumes completions: their entries go back to the kernel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer ready.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)count, _completions.Ready, nameof(count));
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

        CancelAll();
        _disposed = true;
        _kernel.Close(Descriptor, in _mapping);
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

    // Returns once nothing in flight can touch the user's memory any more. A ring without
    // SYNC_CANCEL (before Linux 6.0) relies on its close, which cancels as well but does not wait.
    private void CancelAll()
    {
        var cancel = new io_uring_sync_cancel_reg
        {
            fd = -1,
            flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY,
            timeout = __kernel_timespec.From(TimeSpan.FromSeconds(1)),
        };
        _ = Register(IORING_REGISTER_SYNC_CANCEL, (nint)(&cancel), 1);
        _ = Enter(0, 0, IORING_ENTER_GETEVENTS);
    }

    private int RegisterOwnDescriptor()
    {
        var update = new io_uring_rsrc_update { offset = uint.MaxValue, data = (ulong)Descriptor };
        RingResult result = Register(IORING_REGISTER_RING_FDS, (nint)(&update), 1);
        return result.Value == 1 ? (int)update.offset : -1;
    }

    private RingResult WaitOnly(uint minComplete, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return Enter(0, minComplete, IORING_ENTER_GETEVENTS);

        var time = __kernel_timespec.From(timeout);
        var argument = new io_uring_getevents_arg { ts = (ulong)&time };
        return Enter(
            0,
            minComplete,
            IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
            (nint)(&argument),
            (nuint)sizeof(io_uring_getevents_arg));
    }

    private RingResult EnterCore(uint minComplete, io_uring_getevents_arg* argument)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        uint toSubmit = _submissions.Publish();
        uint flags = _enterFlags;
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
        return new(_kernel.Enter(
            _enterFd,
            toSubmit,
            minComplete,
            flags,
            argument,
            argument == null ? 0 : (nuint)sizeof(io_uring_getevents_arg)));
    }
}
