using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Testing.Simulation.Operations.MessageMask;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>
/// <c>IORING_OP_SEND</c>, <c>SENDMSG</c> and their zero-copy forms. The bytes are the kernel's
/// from submission to the last completion: they are summed up at both, and must be equal.
/// </summary>
internal sealed unsafe class SendOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private readonly List<BufferSegment> _segments = [];
    private int _length;
    private int _done;
    private ulong _sum;
    private bool _attempted;
    private bool _awaitsNotification;

    public override bool HoldsMemory => !IsOver;

    public override bool CanCancel => base.CanCancel && !_awaitsNotification;

    public override double DelayProbability =>
        _awaitsNotification ? Kernel.Faults.LateNotification : base.DelayProbability;

    public override SimulationFault DelayFault =>
        _awaitsNotification ? SimulationFault.LateNotification : base.DelayFault;

    protected override bool IsReady => _awaitsNotification || !_attempted || End.CanSend;

    private StreamEnd End => ((SimulatedSocket)File!).End!;

    private bool IsZeroCopy => Opcode is Opcode.SendZeroCopy or Opcode.SendMessageZeroCopy;

    private bool IsWhole => (Sqe.msg_flags & MSG_WAITALL) != 0;

    protected override int Prepare()
    {
        if (File is not SimulatedSocket socket)
            return -(int)Errno.ENOTSOCK;
        if ((Sqe.ioprio & ~IORING_RECVSEND_POLL_FIRST) != 0)
            return -(int)Errno.EINVAL;
        if (socket.State != SocketState.Connected)
            return -(int)Errno.EPIPE;

        FindSegments();
        foreach (BufferSegment segment in _segments)
        {
            ulong start = (ulong)segment.Address;
            if (start == 0 && segment.Length != 0)
                return -(int)Errno.EFAULT;
            if (Kernel.Provided.Overlaps(start, segment.Length))
                throw Kernel.Violation("a send reads from a buffer that receives may overwrite");
            _length += (int)segment.Length;
        }

        if (_segments.Count > 1)
            Kernel.Counters.SegmentedSends++;
        _sum = Sum();
        return 0;
    }

    protected override void Run()
    {
        if (_awaitsNotification)
        {
            RequireUnchanged();
            Finish(0, CompletionFlags.Notification);
            return;
        }

        _attempted = true;
        RequireUnchanged();
        if (_done == 0 && Kernel.Meets(SimulationFault.InterruptSend))
        {
            Complete(-(int)Errno.EINTR);
            return;
        }

        int limit = Math.Min(_length - _done, End.Room);
        if (limit > 1 && Kernel.Meets(SimulationFault.ShortSend))
            limit = Kernel.Random.Between(1, limit);
        int result = SendSome(Math.Max(limit, Math.Min(1, _length - _done)));
        if (result >= 0)
        {
            _done += result;
            if (_done == _length || !IsWhole)
                Complete(_done);
        }
        else if (result != -(int)Errno.EAGAIN || (Sqe.msg_flags & MSG_DONTWAIT) != 0)
        {
            Complete(_done > 0 ? _done : result);
        }
    }

    protected override void OnCancelled()
    {
        RequireUnchanged();
        Complete(_done > 0 ? _done : -(int)Errno.ECANCELED);
    }

    private void FindSegments()
    {
        if (Opcode is Opcode.Send or Opcode.SendZeroCopy)
        {
            _segments.Add(new BufferSegment((nint)Sqe.addr, Sqe.len));
            return;
        }

        // struct msghdr: name, its length, the segments and their number at 16 and 24.
        byte* message = (byte*)Sqe.addr;
        var segments = *(BufferSegment**)(message + 16);
        nuint count = *(nuint*)(message + 24);
        for (nuint i = 0; i < count; i++)
            _segments.Add(segments[i]);
    }

    private int SendSome(int limit)
    {
        int sent = 0;
        int skip = _done;
        foreach (BufferSegment segment in _segments)
        {
            int length = (int)segment.Length;
            if (skip >= length)
            {
                skip -= length;
                continue;
            }

            int count = Math.Min(length - skip, limit - sent);
            int result = End.Send(new ReadOnlySpan<byte>((byte*)segment.Address + skip, count));
            if (result < 0)
                return sent > 0 ? sent : result;

            sent += result;
            skip = 0;
            if (sent == limit || result < count)
                break;
        }

        return sent;
    }

    private void Complete(int result)
    {
        bool notifies = IsZeroCopy
            && (result >= 0 || Kernel.Meets(SimulationFault.NotificationOnError));
        if (!notifies)
        {
            Finish(result);
            return;
        }

        // The notification is on its way whatever is asked: a cancel comes too late.
        _awaitsNotification = true;
        Outlive();
        PostMore(result);
    }

    private void RequireUnchanged()
    {
        if (Sum() != _sum)
            throw Kernel.Violation($"memory of send {UserData:x} changed while it was in flight");
    }

    private ulong Sum()
    {
        const ulong Prime = 0x100000001B3;
        ulong sum = 0xCBF29CE484222325;
        foreach (BufferSegment segment in _segments)
        {
            var bytes = new ReadOnlySpan<byte>((void*)segment.Address, (int)segment.Length);
            for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
                sum = (sum ^ BitConverter.ToUInt64(bytes)) * Prime;
            foreach (byte b in bytes)
                sum = (sum ^ b) * Prime;
        }

        return sum;
    }
}
