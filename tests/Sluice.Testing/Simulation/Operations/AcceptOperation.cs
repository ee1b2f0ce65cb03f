using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_ACCEPT</c>, once or again and again.</summary>
internal sealed unsafe class AcceptOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private bool _attempted;

    protected override bool IsReady =>
        !_attempted || Socket.HasPending || Socket.State != SocketState.Listening;

    private SimulatedSocket Socket => (SimulatedSocket)File!;

    private bool IsMultishot => (Sqe.ioprio & IORING_ACCEPT_MULTISHOT) != 0;

    protected override int Prepare()
    {
        if (File is not SimulatedSocket)
            return -(int)Errno.ENOTSOCK;
        if (IsMultishot && Sqe.addr != 0 && Sqe.addr2 == 0)
            return -(int)Errno.EFAULT;
        return Sqe.file_index == 0 ? 0 : -(int)Errno.EINVAL;
    }

    protected override void Run()
    {
        _attempted = true;
        if (Socket.State != SocketState.Listening)
        {
            Finish(-(int)Errno.EINVAL);
            return;
        }

        // The kernel reserves the number before it looks for a connection.
        bool refuses = Socket.HasPending && Kernel.Meets(SimulationFault.NoDescriptors);
        if (Kernel.Descriptors.IsFull || refuses)
        {
            Kernel.Counters.Exhaustions++;
            Finish(-(int)Errno.EMFILE);
            return;
        }

        if (Socket.HasPending && Kernel.AcceptRefusal != Errno.None)
        {
            Refuse(Kernel.AcceptRefusal);
            return;
        }

        if (!Socket.TryTakePending(out PendingConnection connection))
        {
            if ((Sqe.ioprio & IORING_ACCEPT_DONTWAIT) != 0)
                Finish(-(int)Errno.EAGAIN);
            return;
        }

        int fd = Kernel.OpenAccepted(Socket, in connection);
        WriteAddress(connection.PeerAddress);
        CompletionFlags flags =
            Socket.HasPending ? CompletionFlags.SocketNonEmpty : CompletionFlags.None;
        if (IsMultishot && StaysArmed())
            PostMore(fd, flags);
        else
            Finish(fd, flags);
    }

    private void Refuse(Errno error)
    {
        Kernel.Counters.RefusedAccepts++;
        if (error == Errno.ECONNABORTED && Socket.TryTakePending(out PendingConnection aborted))
            aborted.End.Reset();
        Finish(-(int)error);
    }

    private void WriteAddress(byte[] address)
    {
        if (Sqe.addr == 0 || Sqe.addr2 == 0)
            return;

        uint* length = (uint*)Sqe.addr2;
        address.AsSpan(0, (int)Math.Min(*length, (uint)address.Length))
            .CopyTo(new Span<byte>((void*)Sqe.addr, (int)*length));
        *length = (uint)address.Length;
    }
}
