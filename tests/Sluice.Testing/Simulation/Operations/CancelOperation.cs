using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_ASYNC_CANCEL</c>, <c>POLL_REMOVE</c> and <c>TIMEOUT_REMOVE</c>.</summary>
internal sealed unsafe class CancelOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private const uint TimeoutUpdate = 1u << 1;

    public override bool CanCancel => false;

    protected override bool NeedsFile => false;

    protected override bool IsReady => true;

    protected override void Run() => Finish(Opcode switch
    {
        Opcode.Cancel => CancelMatching(),
        Opcode.PollRemove => RemovePoll(),
        _ => RemoveTimeout(),
    });

    private int CancelMatching()
    {
        SimulatedFile? file = null;
        if ((Sqe.op_flags & IORING_ASYNC_CANCEL_FD) != 0)
        {
            file = Kernel.Descriptors.Find(Sqe.fd);
            if (file is null || (Sqe.op_flags & IORING_ASYNC_CANCEL_FD_FIXED) != 0)
                return -(int)Errno.EBADF;
        }

        var match = new CancelMatch(Sqe.op_flags, Sqe.addr, file, (byte)Sqe.len);
        int count = 0;
        int result = -(int)Errno.ENOENT;
        foreach (SimulatedOperation operation in Ring.Running.ToArray())
        {
            if (!operation.CanCancel || !match.Matches(operation))
                continue;

            int one = operation.Cancel();
            if (one == -(int)Errno.ENOENT)
                continue;
            if (!match.IsAll)
                return one;
            if (one == 0)
                count++;
            result = one;
        }

        return match.IsAll && result != -(int)Errno.EALREADY ? count : result;
    }

    private int RemovePoll() =>
        Sqe.len != 0 ? -(int)Errno.EINVAL : Find<PollOperation>()?.Cancel() ?? NotFound;

    private int RemoveTimeout()
    {
        if (Find<TimeoutOperation>() is not { } timeout)
            return NotFound;
        if ((Sqe.op_flags & TimeoutUpdate) == 0)
            return timeout.Cancel();

        timeout.Update((__kernel_timespec*)Sqe.addr2, Sqe.op_flags);
        return 0;
    }

    private static int NotFound => -(int)Errno.ENOENT;

    private T? Find<T>()
        where T : SimulatedOperation
    {
        foreach (SimulatedOperation operation in Ring.Running)
        {
            if (operation is T found && found.CanCancel && found.UserData == Sqe.addr)
                return found;
        }

        return null;
    }
}
