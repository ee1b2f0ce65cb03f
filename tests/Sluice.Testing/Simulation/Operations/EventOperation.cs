using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_READ</c> and <c>WRITE</c> on an event.</summary>
internal sealed unsafe class EventOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    public override bool HoldsMemory => !IsOver;

    protected override bool IsReady =>
        Opcode == Opcode.Write || (File!.Events & PollMask.POLLIN) != 0;

    protected override int Prepare() =>
        File is not SimulatedEvent
            || Sqe.len < sizeof(ulong)
            || (Flags & SubmissionFlags.BufferSelect) != 0
                ? -(int)Errno.EINVAL
                : 0;

    protected override void Run()
    {
        var file = (SimulatedEvent)File!;
        ulong* value = (ulong*)Sqe.addr;
        if (Opcode == Opcode.Write)
            file.Signal(*value);
        else
            *value = file.Take();
        Finish(sizeof(ulong));
    }
}
