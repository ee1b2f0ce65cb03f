using Sluice.Uring.Interop;

namespace Sluice.Uring;

/// <summary>Preparation of operations on futexes (<c>futex(2)</c>, Linux 6.7).</summary>
/// <remarks>The futex is memory that must stay mapped until the completion.</remarks>
public static unsafe class FutexOperations
{
    /// <summary>The mask that matches every waiter.</summary>
    public const ulong AnyWaiter = uint.MaxValue;

    /// <summary>
    /// Waits for a wake, if the futex holds the expected value (<c>IORING_OP_FUTEX_WAIT</c>);
    /// otherwise the result is <see cref="Errno.EAGAIN"/>.
    /// </summary>
    public static void PrepareFutexWait(
        this Submission submission,
        nint address,
        uint expected,
        FutexFlags flags = FutexFlags.Size32,
        ulong mask = AnyWaiter)
    {
        submission.Set(Opcode.FutexWait, (int)flags, (ulong)address, 0, expected);
        submission.Entry->addr3 = mask;
    }

    /// <summary>
    /// Wakes waiters, at most <paramref name="count"/> of them (<c>IORING_OP_FUTEX_WAKE</c>); the
    /// result is their number.
    /// </summary>
    public static void PrepareFutexWake(
        this Submission submission,
        nint address,
        uint count,
        FutexFlags flags = FutexFlags.Size32,
        ulong mask = AnyWaiter)
    {
        submission.Set(Opcode.FutexWake, (int)flags, (ulong)address, 0, count);
        submission.Entry->addr3 = mask;
    }

    /// <summary>
    /// Waits for a wake of any of several futexes (<c>IORING_OP_FUTEX_WAITV</c>); the result is
    /// the index of one that was woken.
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="waiters">Address of the <see cref="FutexWaiter"/> array.</param>
    /// <param name="count">Its length.</param>
    public static void PrepareFutexWaitVector(
        this Submission submission, nint waiters, uint count) =>
        submission.Set(Opcode.FutexWaitVector, 0, (ulong)waiters, count);
}
