using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of commands to sockets (<c>IORING_OP_URING_CMD</c>).</summary>
public static unsafe class SocketCommandOperations
{
    /// <summary>
    /// Asks how many bytes can be received (<c>SOCKET_URING_OP_SIOCINQ</c>, Linux 6.5); the
    /// result is their number.
    /// </summary>
    public static void PrepareBytesReceivable(this Submission submission, int fd) =>
        submission.Set(Opcode.Command, fd, 0, 0, SOCKET_URING_OP_SIOCINQ);

    /// <summary>
    /// Asks how many bytes were sent and are not yet acknowledged
    /// (<c>SOCKET_URING_OP_SIOCOUTQ</c>, Linux 6.5); the result is their number.
    /// </summary>
    public static void PrepareBytesUnacknowledged(this Submission submission, int fd) =>
        submission.Set(Opcode.Command, fd, 0, 0, SOCKET_URING_OP_SIOCOUTQ);

    /// <summary>
    /// Reads a socket option (<c>SOCKET_URING_OP_GETSOCKOPT</c>, Linux 6.7; the kernel knows
    /// those of <c>SOL_SOCKET</c>); the result is the value's length.
    /// </summary>
    /// <remarks>The value stays in place until the completion.</remarks>
    public static void PrepareGetSocketOption(
        this Submission submission, int fd, int level, int name, nint value, uint length) =>
        SetOption(submission, SOCKET_URING_OP_GETSOCKOPT, fd, level, name, value, length);

    /// <summary>
    /// Sets a socket option (<c>SOCKET_URING_OP_SETSOCKOPT</c>, Linux 6.7).
    /// </summary>
    /// <remarks>The value stays in place until the completion.</remarks>
    public static void PrepareSetSocketOption(
        this Submission submission, int fd, int level, int name, nint value, uint length) =>
        SetOption(submission, SOCKET_URING_OP_SETSOCKOPT, fd, level, name, value, length);

    private static void SetOption(
        Submission submission, uint command, int fd, int level, int name, nint value, uint length)
    {
        submission.Set(Opcode.Command, fd, 0, 0, command);
        submission.Entry->level = (uint)level;
        submission.Entry->optname = (uint)name;
        submission.Entry->optval = (ulong)value;
        submission.Entry->optlen = length;
    }
}
