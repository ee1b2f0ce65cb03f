using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_MSG_RING</c>, data only.</summary>
internal sealed class MessageRingOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private const uint SkipsCompletion = 1u << 0;
    private const uint PassesFlags = 1u << 1;

    protected override bool IsReady => true;

    protected override int Prepare()
    {
        if (File is not SimulatedRing)
            return -(int)Errno.EBADFD;
        return Sqe.addr == 0 ? 0 : -(int)Errno.EINVAL;
    }

    protected override void Run()
    {
        var target = (SimulatedRing)File!;
        if ((Sqe.op_flags & SkipsCompletion) == 0)
        {
            uint flags = (Sqe.op_flags & PassesFlags) != 0 ? Sqe.file_index : 0;
            target.Post(new Completion(Sqe.off, (int)Sqe.len, (CompletionFlags)flags));
        }

        Finish(0);
    }
}
