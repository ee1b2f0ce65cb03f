using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of cancellations (<c>IORING_OP_ASYNC_CANCEL</c>).</summary>
/// <remarks>
/// The result is 0 (with <see cref="CancelOptions.All"/> the number cancelled),
/// <see cref="Errno.ENOENT"/> if nothing matched, or <see cref="Errno.EALREADY"/> if the
/// operation is too far on. What was cancelled completes itself, usually with
/// <see cref="Errno.ECANCELED"/>; its memory is the kernel's until then.
/// </remarks>
public static unsafe class CancelOperations
{
    /// <summary>Cancels by the <see cref="Submission.UserData"/> of the target.</summary>
    public static void PrepareCancel(
        this Submission submission,
        ulong userData,
        CancelOptions options = CancelOptions.None) =>
        submission.Set(Opcode.Cancel, -1, userData, 0, 0, (uint)options);

    /// <summary>Cancels by the descriptor of the target (Linux 5.19).</summary>
    public static void PrepareCancelDescriptor(
        this Submission submission,
        int fd,
        CancelOptions options = CancelOptions.None) =>
        submission.Set(
            Opcode.Cancel, fd, 0, 0, 0, IORING_ASYNC_CANCEL_FD | (uint)options);

    /// <summary>Cancels whatever is under way (Linux 5.19).</summary>
    public static void PrepareCancelAny(
        this Submission submission, CancelOptions options = CancelOptions.All) =>
        submission.Set(
            Opcode.Cancel, -1, 0, 0, 0, IORING_ASYNC_CANCEL_ANY | (uint)options);

    /// <summary>Cancels by the kind of the operation (Linux 6.6).</summary>
    public static void PrepareCancelOpcode(
        this Submission submission,
        Opcode opcode,
        CancelOptions options = CancelOptions.All) =>
        submission.Set(
            Opcode.Cancel, -1, 0, (uint)opcode, 0, IORING_ASYNC_CANCEL_OP | (uint)options);
}
