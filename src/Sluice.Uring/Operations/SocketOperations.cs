using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>Preparation of the operations that make, connect and end sockets.</summary>
/// <remarks>
/// Addresses (<c>struct sockaddr</c>) that go to the kernel may be reused once they were
/// submitted, if the ring has <see cref="RingFeatures.SubmitStable"/>. Addresses that come from
/// the kernel must stay in place until the completion.
/// </remarks>
public static unsafe class SocketOperations
{
    /// <summary>Creates a socket; the result is its descriptor (<c>IORING_OP_SOCKET</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="domain">The address family (<c>AF_*</c>).</param>
    /// <param name="type">The socket type (<c>SOCK_STREAM</c>, …).</param>
    /// <param name="protocol">The protocol; usually 0.</param>
    /// <param name="flags">How the descriptor behaves.</param>
    public static void PrepareSocket(
        this Submission submission,
        int domain,
        int type,
        int protocol = 0,
        DescriptorFlags flags = DescriptorFlags.CloseOnExec) =>
        submission.Set(
            Opcode.Socket, domain, 0, (uint)protocol, (uint)type | (uint)flags);

    /// <summary>Creates a socket as a direct descriptor (<c>IORING_OP_SOCKET</c>).</summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="domain">The address family (<c>AF_*</c>).</param>
    /// <param name="type">The socket type (<c>SOCK_STREAM</c>, …).</param>
    /// <param name="protocol">The protocol; usually 0.</param>
    /// <param name="slot">The slot, or <see cref="DirectDescriptor.Allocate"/>.</param>
    public static void PrepareSocketDirect(
        this Submission submission,
        int domain,
        int type,
        int protocol = 0,
        uint slot = DirectDescriptor.Allocate)
    {
        submission.PrepareSocket(domain, type, protocol, DescriptorFlags.None);
        submission.Entry->file_index = DirectDescriptor.Encode(slot);
    }

    /// <summary>Binds a socket to an address (<c>IORING_OP_BIND</c>, Linux 6.11).</summary>
    public static void PrepareBind(
        this Submission submission, int fd, nint address, uint length) =>
        submission.Set(Opcode.Bind, fd, (ulong)address, 0, length);

    /// <summary>Makes a socket listen (<c>IORING_OP_LISTEN</c>, Linux 6.11).</summary>
    public static void PrepareListen(this Submission submission, int fd, int backlog) =>
        submission.Set(Opcode.Listen, fd, 0, (uint)backlog);

    /// <summary>Connects a socket to an address (<c>IORING_OP_CONNECT</c>).</summary>
    public static void PrepareConnect(
        this Submission submission, int fd, nint address, uint length) =>
        submission.Set(Opcode.Connect, fd, (ulong)address, 0, length);

    /// <summary>
    /// Accepts one connection; the result is its descriptor (<c>IORING_OP_ACCEPT</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The listening socket.</param>
    /// <param name="address">Where the peer's address goes, or 0.</param>
    /// <param name="addressLength">
    /// Address of the <c>socklen_t</c> that holds the room for the address and receives its
    /// length, or 0.
    /// </param>
    /// <param name="flags">How the new descriptor behaves.</param>
    /// <param name="options">How the accept proceeds.</param>
    public static void PrepareAccept(
        this Submission submission,
        int fd,
        nint address = 0,
        nint addressLength = 0,
        DescriptorFlags flags = DescriptorFlags.CloseOnExec,
        AcceptOptions options = AcceptOptions.None)
    {
        submission.Set(
            Opcode.Accept, fd, (ulong)address, 0, (ulong)addressLength, (uint)flags);
        submission.Entry->ioprio = (ushort)options;
    }

    /// <summary>
    /// Accepts one connection as a direct descriptor (<c>IORING_OP_ACCEPT</c>).
    /// </summary>
    /// <param name="submission">The entry to prepare.</param>
    /// <param name="fd">The listening socket.</param>
    /// <param name="address">Where the peer's address goes, or 0.</param>
    /// <param name="addressLength">Address of its <c>socklen_t</c>, or 0.</param>
    /// <param name="slot">The slot, or <see cref="DirectDescriptor.Allocate"/>.</param>
    /// <param name="options">How the accept proceeds.</param>
    public static void PrepareAcceptDirect(
        this Submission submission,
        int fd,
        nint address = 0,
        nint addressLength = 0,
        uint slot = DirectDescriptor.Allocate,
        AcceptOptions options = AcceptOptions.None)
    {
        submission.PrepareAccept(fd, address, addressLength, DescriptorFlags.None, options);
        submission.Entry->file_index = DirectDescriptor.Encode(slot);
    }

    /// <summary>
    /// Accepts connections, one completion each, until a completion comes without
    /// <see cref="Completion.HasMore"/> (<c>IORING_OP_ACCEPT</c>, <c>IORING_ACCEPT_MULTISHOT</c>).
    /// </summary>
    public static void PrepareAcceptMultishot(
        this Submission submission,
        int fd,
        DescriptorFlags flags = DescriptorFlags.CloseOnExec,
        AcceptOptions options = AcceptOptions.None)
    {
        submission.Set(Opcode.Accept, fd, 0, 0, 0, (uint)flags);
        submission.Entry->ioprio = (ushort)(IORING_ACCEPT_MULTISHOT | (ushort)options);
    }

    /// <summary>
    /// Accepts connections as direct descriptors in slots that the kernel picks
    /// (<c>IORING_OP_ACCEPT</c>, <c>IORING_ACCEPT_MULTISHOT</c>).
    /// </summary>
    public static void PrepareAcceptMultishotDirect(
        this Submission submission, int fd, AcceptOptions options = AcceptOptions.None)
    {
        submission.PrepareAcceptMultishot(fd, DescriptorFlags.None, options);
        submission.Entry->file_index = DirectDescriptor.Allocate;
    }

    /// <summary>
    /// Ends one or both directions of a connection (<c>IORING_OP_SHUTDOWN</c>): 0 no more
    /// receiving, 1 no more sending, 2 both.
    /// </summary>
    public static void PrepareShutdown(this Submission submission, int fd, int how) =>
        submission.Set(Opcode.Shutdown, fd, 0, (uint)how);

    /// <summary>
    /// Closes a descriptor (<c>IORING_OP_CLOSE</c>). Operations under way on it are not ended:
    /// cancel or shut down first.
    /// </summary>
    public static void PrepareClose(this Submission submission, int fd) =>
        submission.Set(Opcode.Close, fd, 0, 0);

    /// <summary>Closes a direct descriptor (<c>IORING_OP_CLOSE</c>).</summary>
    public static void PrepareCloseDirect(this Submission submission, uint slot)
    {
        submission.Set(Opcode.Close, 0, 0, 0);
        submission.Entry->file_index = slot + 1;
    }
}
