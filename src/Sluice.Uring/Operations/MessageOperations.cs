using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of messages between rings (<c>IORING_OP_MSG_RING</c>).</summary>
/// <remarks>
/// The target is another ring's <see cref="Ring.Descriptor"/>. The sender's own completion has
/// the result 0, <see cref="Errno.EOVERFLOW"/> if the target's completion queue is full, or
/// <see cref="Errno.EBADFD"/> if the target is not enabled yet.
/// </remarks>
public static unsafe class MessageOperations
{
    /// <summary>Posts a completion to another ring.</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="ringFd">The target ring's descriptor.</param>
    /// <param name="result">The completion's result there.</param>
    /// <param name="userData">The completion's user data there.</param>
    public static void PrepareMessageRing(
        this Submission submission, int ringFd, int result, ulong userData) =>
        submission.Set(Opcode.MessageRing, ringFd, IORING_MSG_DATA, (uint)result, userData);

    /// <summary>
    /// Posts a completion with flags of the sender's choice to another ring
    /// (<c>IORING_MSG_RING_FLAGS_PASS</c>, Linux 6.3).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="ringFd">The target ring's descriptor.</param>
    /// <param name="result">The completion's result there.</param>
    /// <param name="userData">The completion's user data there.</param>
    /// <param name="flags">The completion's flags there.</param>
    public static void PrepareMessageRingWithFlags(
        this Submission submission,
        int ringFd,
        int result,
        ulong userData,
        CompletionFlags flags)
    {
        submission.Set(
            Opcode.MessageRing,
            ringFd,
            IORING_MSG_DATA,
            (uint)result,
            userData,
            IORING_MSG_RING_FLAGS_PASS);
        submission.Entry->file_index = (uint)flags;
    }

    /// <summary>
    /// Copies a direct descriptor into another ring's table (<c>IORING_MSG_SEND_FD</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="ringFd">The target ring's descriptor.</param>
    /// <param name="sourceSlot">The slot in the sender's table.</param>
    /// <param name="targetSlot">
    /// The slot in the target's table, or <see cref="DirectDescriptor.Allocate"/>; then the
    /// slot is the result of the sender's and of the target's completion.
    /// </param>
    /// <param name="userData">The target's completion's user data.</param>
    /// <param name="skipCompletion">
    /// Whether the target gets no completion (<c>IORING_MSG_RING_CQE_SKIP</c>).
    /// </param>
    public static void PrepareMessageRingDescriptor(
        this Submission submission,
        int ringFd,
        uint sourceSlot,
        uint targetSlot,
        ulong userData,
        bool skipCompletion = false)
    {
        submission.Set(
            Opcode.MessageRing,
            ringFd,
            IORING_MSG_SEND_FD,
            0,
            userData,
            skipCompletion ? IORING_MSG_RING_CQE_SKIP : 0);
        submission.Entry->addr3 = sourceSlot;
        submission.Entry->file_index = DirectDescriptor.Encode(targetSlot);
    }
}
