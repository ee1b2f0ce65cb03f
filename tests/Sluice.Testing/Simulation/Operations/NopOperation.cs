using Sluice.Testing.Simulation.Rings;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_NOP</c>.</summary>
internal sealed class NopOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    protected override bool NeedsFile => false;

    protected override bool IsReady => true;

    protected override void Run() => Finish(0);
}
