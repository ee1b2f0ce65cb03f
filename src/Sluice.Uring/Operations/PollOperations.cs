using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of waits for readiness.</summary>
/// <remarks>The result of a poll is the <see cref="PollEvents"/> that occurred.</remarks>
public static class PollOperations
{
    /// <summary>Waits once (<c>IORING_OP_POLL_ADD</c>).</summary>
    public static void PreparePollAdd(this Submission submission, int fd, PollEvents events) =>
        submission.Set(Opcode.PollAdd, fd, 0, 0, 0, Encode(events));

    /// <summary>
    /// Waits, one completion for each change, until a completion comes without
    /// <see cref="Completion.HasMore"/> (<c>IORING_POLL_ADD_MULTI</c>).
    /// </summary>
    public static void PreparePollMultishot(
        this Submission submission, int fd, PollEvents events) =>
        submission.Set(Opcode.PollAdd, fd, 0, IORING_POLL_ADD_MULTI, 0, Encode(events));

    /// <summary>Ends a poll (<c>IORING_OP_POLL_REMOVE</c>).</summary>
    public static void PreparePollRemove(this Submission submission, ulong userData) =>
        submission.Set(Opcode.PollRemove, -1, userData, 0);

    /// <summary>
    /// Changes the events of a poll that is under way (<c>IORING_OP_POLL_REMOVE</c>,
    /// <c>IORING_POLL_UPDATE_EVENTS</c>). A multishot poll stays one.
    /// </summary>
    public static void PreparePollUpdate(
        this Submission submission, ulong userData, PollEvents events) =>
        submission.Set(
            Opcode.PollRemove, -1, userData, IORING_POLL_UPDATE_EVENTS, 0, Encode(events));

    /// <summary>
    /// Changes the user data of a poll that is under way (<c>IORING_OP_POLL_REMOVE</c>,
    /// <c>IORING_POLL_UPDATE_USER_DATA</c>).
    /// </summary>
    public static void PreparePollUpdateUserData(
        this Submission submission, ulong userData, ulong newUserData) =>
        submission.Set(
            Opcode.PollRemove, -1, userData, IORING_POLL_UPDATE_USER_DATA, newUserData);

    // The field was once 16 bits wide: a big-endian kernel expects its halves exchanged.
    private static uint Encode(PollEvents events) => BitConverter.IsLittleEndian
        ? (uint)events
        : ((uint)events << 16) | ((uint)events >> 16);
}
