using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of receives.</summary>
/// <remarks>
/// The result is the number of bytes received, 0 at the end of the stream, or <c>-errno</c>.
/// <see cref="Errno.ENOBUFS"/> says that the buffer group is empty, not that the stream ended.
/// Memory given by address must stay in place until the completion.
/// </remarks>
public static unsafe class ReceiveOperations
{
    /// <summary>Receives into memory (<c>IORING_OP_RECV</c>).</summary>
    public static void PrepareReceive(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.Receive, fd, (ulong)address, length, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>
    /// Receives once into a provided buffer, taken when data is there (<c>IORING_OP_RECV</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="bufferGroup">The group that the buffer is taken from.</param>
    /// <param name="length">The most to receive; 0 means the buffer's length.</param>
    /// <param name="flags">The flags of the receive.</param>
    /// <param name="options">How the receive proceeds.</param>
    public static void PrepareReceiveSelect(
        this Submission submission,
        int fd,
        ushort bufferGroup,
        uint length = 0,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.PrepareReceive(fd, 0, length, flags, options);
        submission.Flags = SubmissionFlags.BufferSelect;
        submission.BufferGroup = bufferGroup;
    }

    /// <summary>
    /// Receives into provided buffers, one completion each, until a completion comes without
    /// <see cref="Completion.HasMore"/> (<c>IORING_OP_RECV</c>, <c>IORING_RECV_MULTISHOT</c>).
    /// </summary>
    /// <remarks>
    /// Kernels (6.18 among others) lose a reset that arrives together with bytes while the receive
    /// is being armed: the bytes come, and then nothing, for ever. Who must notice asks the socket
    /// by <c>poll(2)</c> once after the first bytes without
    /// <see cref="CompletionFlags.SocketNonEmpty"/>, and if it has ended, cancels and submits anew.
    /// </remarks>
    public static void PrepareReceiveMultishot(
        this Submission submission,
        int fd,
        ushort bufferGroup,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.Receive, fd, 0, 0, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)(IORING_RECV_MULTISHOT | (ushort)options);
        submission.Flags = SubmissionFlags.BufferSelect;
        submission.BufferGroup = bufferGroup;
    }

    /// <summary>Receives by a <see cref="MessageHeader"/> (<c>IORING_OP_RECVMSG</c>).</summary>
    /// <remarks>The header itself must stay in place until the completion.</remarks>
    public static void PrepareReceiveMessage(
        this Submission submission,
        int fd,
        nint messageHeader,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.ReceiveMessage, fd, (ulong)messageHeader, 1, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>
    /// Receives messages into provided buffers, one completion each
    /// (<c>IORING_OP_RECVMSG</c>, <c>IORING_RECV_MULTISHOT</c>).
    /// </summary>
    /// <remarks>
    /// Of the header, only the lengths for names and control data are used. Each buffer holds a
    /// <see cref="ReceivedMessage"/>, then the room for the name, the room for the control data,
    /// and the data.
    /// </remarks>
    public static void PrepareReceiveMessageMultishot(
        this Submission submission,
        int fd,
        nint messageHeader,
        ushort bufferGroup,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.PrepareReceiveMessage(fd, messageHeader, flags, options);
        submission.Entry->ioprio |= IORING_RECV_MULTISHOT;
        submission.Flags = SubmissionFlags.BufferSelect;
        submission.BufferGroup = bufferGroup;
    }
}
