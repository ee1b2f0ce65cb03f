using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of sends.</summary>
/// <remarks>
/// <para>
/// The data must stay in place until the completion; message headers and segment arrays only
/// until the submit, if the ring has <see cref="RingFeatures.SubmitStable"/>. The result is the
/// number of bytes sent, which may be less than asked for, or <c>-errno</c>.
/// </para>
/// <para>
/// A zero-copy send completes twice: the first completion carries the result and, if
/// <see cref="Completion.HasMore"/> is set (on errors, too), a second one follows with
/// <see cref="Completion.IsNotification"/>. The data must stay in place until then.
/// </para>
/// </remarks>
public static unsafe class SendOperations
{
    /// <summary>Sends bytes (<c>IORING_OP_SEND</c>).</summary>
    public static void PrepareSend(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.Send, fd, (ulong)address, length, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>Sends a datagram to an address (<c>IORING_OP_SEND</c>, Linux 6.0).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="address">The data.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="destination">The <c>sockaddr</c> to send to.</param>
    /// <param name="destinationLength">Its length.</param>
    /// <param name="flags">The flags of the send.</param>
    public static void PrepareSendTo(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        nint destination,
        ushort destinationLength,
        MessageFlags flags = MessageFlags.None)
    {
        submission.PrepareSend(fd, address, length, flags);
        submission.Entry->addr2 = (ulong)destination;
        submission.Entry->addr_len = destinationLength;
    }

    /// <summary>
    /// Sends the segments of an array of <see cref="BufferSegment"/> (<c>IORING_OP_SEND</c>,
    /// <c>IORING_SEND_VECTORIZED</c>, Linux 6.17).
    /// </summary>
    public static void PrepareSendVector(
        this Submission submission,
        int fd,
        nint segments,
        uint count,
        MessageFlags flags = MessageFlags.None)
    {
        submission.PrepareSend(fd, segments, count, flags);
        submission.Entry->ioprio = IORING_SEND_VECTORIZED;
    }

    /// <summary>
    /// Sends from the buffers of a group, in the order in which they were provided
    /// (<c>IORING_OP_SEND</c>, <c>IORING_RECVSEND_BUNDLE</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="bufferGroup">The group that holds what is to be sent.</param>
    /// <param name="length">The most to send in bytes; 0 means all that is provided.</param>
    /// <param name="flags">The flags of the send.</param>
    public static void PrepareSendBundle(
        this Submission submission,
        int fd,
        ushort bufferGroup,
        uint length = 0,
        MessageFlags flags = MessageFlags.None)
    {
        submission.PrepareSend(fd, 0, length, flags);
        submission.Entry->ioprio = IORING_RECVSEND_BUNDLE;
        submission.Flags = SubmissionFlags.BufferSelect;
        submission.BufferGroup = bufferGroup;
    }

    /// <summary>Sends a <see cref="MessageHeader"/> (<c>IORING_OP_SENDMSG</c>).</summary>
    public static void PrepareSendMessage(
        this Submission submission,
        int fd,
        nint messageHeader,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.SendMessage, fd, (ulong)messageHeader, 1, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>Sends bytes without copying them (<c>IORING_OP_SEND_ZC</c>).</summary>
    public static void PrepareSendZeroCopy(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(Opcode.SendZeroCopy, fd, (ulong)address, length, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>
    /// Sends bytes of a registered buffer without copying them (<c>IORING_OP_SEND_ZC</c>,
    /// <c>IORING_RECVSEND_FIXED_BUF</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="address">The data, inside the registered buffer.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="bufferIndex">The registered buffer.</param>
    /// <param name="flags">The flags of the send.</param>
    /// <param name="options">How the send proceeds.</param>
    public static void PrepareSendZeroCopyFixed(
        this Submission submission,
        int fd,
        nint address,
        uint length,
        ushort bufferIndex,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.PrepareSendZeroCopy(fd, address, length, flags, options);
        submission.Entry->ioprio |= IORING_RECVSEND_FIXED_BUF;
        submission.Entry->buf_index = bufferIndex;
    }

    /// <summary>
    /// Sends a <see cref="MessageHeader"/> without copying (<c>IORING_OP_SENDMSG_ZC</c>).
    /// </summary>
    public static void PrepareSendMessageZeroCopy(
        this Submission submission,
        int fd,
        nint messageHeader,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.Set(
            Opcode.SendMessageZeroCopy, fd, (ulong)messageHeader, 1, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>
    /// Sends a <see cref="MessageHeader"/> whose segments lie in a registered buffer, without
    /// copying (<c>IORING_OP_SENDMSG_ZC</c>, Linux 6.15).
    /// </summary>
    public static void PrepareSendMessageZeroCopyFixed(
        this Submission submission,
        int fd,
        nint messageHeader,
        ushort bufferIndex,
        MessageFlags flags = MessageFlags.None,
        TransferOptions options = TransferOptions.None)
    {
        submission.PrepareSendMessageZeroCopy(fd, messageHeader, flags, options);
        submission.Entry->ioprio |= IORING_RECVSEND_FIXED_BUF;
        submission.Entry->buf_index = bufferIndex;
    }
}
