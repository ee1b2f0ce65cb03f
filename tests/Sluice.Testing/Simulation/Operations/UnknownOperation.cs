using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>An operation that this kernel does not know.</summary>
internal sealed class UnknownOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    protected override bool NeedsFile => false;

    protected override bool IsReady => true;

    protected override int Prepare() => -(int)Errno.EINVAL;

    protected override void Run() => Finish(-(int)Errno.EINVAL);
}
