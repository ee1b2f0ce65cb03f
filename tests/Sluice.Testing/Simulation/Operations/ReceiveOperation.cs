using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Testing.Simulation.Operations.MessageMask;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>
/// <c>IORING_OP_RECV</c>: into the program's buffer or one of a group's, once or again and again.
/// </summary>
/// <remarks>
/// As in the kernel, the buffer is chosen before the socket is asked: without one the receive
/// ends with <c>-ENOBUFS</c> at once, be there data, the end, or nothing yet.
/// </remarks>
internal sealed unsafe class ReceiveOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private bool _attempted;
    private bool _missesReset;
    private int _done;

    public override bool HoldsMemory => !SelectsBuffer && !IsOver;

    protected override bool IsReady =>
        !_attempted || (_missesReset ? End.Available > 0 : End.CanReceive);

    private StreamEnd End => ((SimulatedSocket)File!).End!;

    private bool IsMultishot => (Sqe.ioprio & IORING_RECV_MULTISHOT) != 0;

    private bool SelectsBuffer => (Flags & SubmissionFlags.BufferSelect) != 0;

    private bool IsWhole => (Sqe.msg_flags & MSG_WAITALL) != 0 && !SelectsBuffer;

    protected override int Prepare()
    {
        if (File is not SimulatedSocket socket)
            return -(int)Errno.ENOTSOCK;
        if (socket.State != SocketState.Connected)
            return -(int)Errno.ENOTCONN;

        const ushort Known = IORING_RECV_MULTISHOT | IORING_RECVSEND_POLL_FIRST;
        if ((Sqe.ioprio & ~Known) != 0)
            return -(int)Errno.EINVAL;
        if (IsMultishot && (!SelectsBuffer || (Sqe.msg_flags & MSG_WAITALL) != 0))
            return -(int)Errno.EINVAL;
        if (!SelectsBuffer && Sqe.addr == 0 && Sqe.len != 0)
            return -(int)Errno.EFAULT;

        _attempted = (Sqe.ioprio & IORING_RECVSEND_POLL_FIRST) != 0;
        return 0;
    }

    protected override void Run()
    {
        if (IsMultishot && Kernel.Meets(SimulationFault.EndMultishotEmpty))
        {
            Finish(-(int)Errno.EINTR);
            return;
        }

        if (IsMultishot && !_attempted && End.EndsByReset && End.Available > 0
            && Kernel.Meets(SimulationFault.MissReset))
        {
            _missesReset = true;
            OnNothing();
            return;
        }

        if (!TryFindBuffer(out Span<byte> buffer, out SimulatedBufferGroup? group))
        {
            Kernel.Counters.Starvations++;
            Finish(-(int)Errno.ENOBUFS);
            return;
        }

        int length = Math.Min(buffer.Length, End.Available);
        if (length > 1 && Kernel.Meets(SimulationFault.ShortReceive))
            length = Kernel.Random.Between(1, length);
        bool peeks = (Sqe.msg_flags & MSG_PEEK) != 0;
        int result = End.Receive(length == 0 ? buffer : buffer[..length], peeks);
        if (result > 0)
            OnReceived(result, group);
        else if (result == -(int)Errno.EAGAIN)
            OnNothing();
        else
            OnEnd(result, group);
    }

    protected override void OnCancelled() => Finish(_done > 0 ? _done : -(int)Errno.ECANCELED);

    private bool TryFindBuffer(out Span<byte> buffer, out SimulatedBufferGroup? group)
    {
        if (!SelectsBuffer)
        {
            group = null;
            buffer = new Span<byte>((void*)(Sqe.addr + (ulong)_done), (int)Sqe.len - _done);
            return true;
        }

        buffer = default;
        if (!Ring.BufferGroups.TryGetValue(Sqe.buf_group, out group) || !group.TryPeek(out buffer))
            return false;
        if (Sqe.len != 0 && Sqe.len < buffer.Length)
            buffer = buffer[..(int)Sqe.len];
        return true;
    }

    private void OnReceived(int count, SimulatedBufferGroup? group)
    {
        _done += count;
        if (IsWhole && _done < Sqe.len)
            return;

        CompletionFlags flags = group?.Take(count, isWhole: false) ?? CompletionFlags.None;
        if (End.HasMoreToReceive)
            flags |= CompletionFlags.SocketNonEmpty;
        if (!IsMultishot)
        {
            Finish(_done, flags);
            return;
        }

        _done = 0;
        _attempted = true;
        if (StaysArmed())
            PostMore(count, flags);
        else
            Finish(count, flags);
    }

    private void OnNothing()
    {
        _attempted = true;
        if ((Sqe.msg_flags & MSG_DONTWAIT) != 0)
            Finish(_done > 0 ? _done : -(int)Errno.EAGAIN);
    }

    private void OnEnd(int result, SimulatedBufferGroup? group)
    {
        CompletionFlags flags =
            End.HasMoreToReceive ? CompletionFlags.SocketNonEmpty : CompletionFlags.None;
        if (group is not null && Kernel.Meets(SimulationFault.BufferOnError))
        {
            Kernel.Counters.BuffersOnError++;
            flags |= group.Take(0, isWhole: true);
        }

        Finish(_done > 0 ? _done : result, flags);
    }
}
