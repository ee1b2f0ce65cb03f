using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of timeouts.</summary>
/// <remarks>
/// Times are given by the address of a <see cref="Timespec"/>, which may be reused once it was
/// submitted, if the ring has <see cref="RingFeatures.SubmitStable"/>. A timeout that ran out
/// completes with <see cref="Errno.ETIME"/>.
/// </remarks>
public static class TimeoutOperations
{
    /// <summary>
    /// Completes after a time or, if <paramref name="count"/> is not 0, once that many other
    /// operations completed, then with 0 (<c>IORING_OP_TIMEOUT</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="time">Address of the <see cref="Timespec"/>.</param>
    /// <param name="count">The number of completions that end it as well; 0 for time only.</param>
    /// <param name="flags">How the time counts.</param>
    public static void PrepareTimeout(
        this Submission submission,
        nint time,
        uint count = 0,
        TimeoutFlags flags = TimeoutFlags.None) =>
        submission.Set(Opcode.Timeout, -1, (ulong)time, 1, count, (uint)flags);

    /// <summary>
    /// Ends a timeout, which completes with <see cref="Errno.ECANCELED"/>
    /// (<c>IORING_OP_TIMEOUT_REMOVE</c>).
    /// </summary>
    public static void PrepareTimeoutRemove(this Submission submission, ulong userData) =>
        submission.Set(Opcode.TimeoutRemove, -1, userData, 0);

    /// <summary>
    /// Gives a timeout that is under way a new time (<c>IORING_OP_TIMEOUT_REMOVE</c>,
    /// <c>IORING_TIMEOUT_UPDATE</c>).
    /// </summary>
    public static void PrepareTimeoutUpdate(
        this Submission submission,
        ulong userData,
        nint time,
        TimeoutFlags flags = TimeoutFlags.None) =>
        submission.Set(
            Opcode.TimeoutRemove,
            -1,
            userData,
            0,
            (ulong)time,
            IORING_TIMEOUT_UPDATE | (uint)flags);

    /// <summary>
    /// Gives a link timeout that is under way a new time (<c>IORING_OP_TIMEOUT_REMOVE</c>,
    /// <c>IORING_LINK_TIMEOUT_UPDATE</c>).
    /// </summary>
    public static void PrepareLinkTimeoutUpdate(
        this Submission submission,
        ulong userData,
        nint time,
        TimeoutFlags flags = TimeoutFlags.None) =>
        submission.Set(
            Opcode.TimeoutRemove,
            -1,
            userData,
            0,
            (ulong)time,
            IORING_TIMEOUT_UPDATE | IORING_LINK_TIMEOUT_UPDATE | (uint)flags);

    /// <summary>
    /// Bounds the submission before it, which must carry <see cref="SubmissionFlags.Link"/>:
    /// that one is cancelled when the time runs out (<c>IORING_OP_LINK_TIMEOUT</c>).
    /// </summary>
    public static void PrepareLinkTimeout(
        this Submission submission,
        nint time,
        TimeoutFlags flags = TimeoutFlags.None) =>
        submission.Set(Opcode.LinkTimeout, -1, (ulong)time, 1, 0, (uint)flags);
}
