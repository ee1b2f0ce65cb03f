using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_LINK_TIMEOUT</c>: cancels the operation that it is linked to.</summary>
internal sealed unsafe class LinkTimeoutOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private SimulatedOperation? _target;
    private long _due = long.MaxValue;

    public override long Due => IsCancelled ? long.MaxValue : _due;

    protected override bool NeedsFile => false;

    protected override bool IsReady => Kernel.Clock.Now >= _due;

    /// <summary>The operation before it starts.</summary>
    public void Arm(SimulatedOperation target)
    {
        _target = target;
        Ring.Add(this);
        _due = Kernel.Clock.Now + TimeoutOperation.Ticks((__kernel_timespec*)Sqe.addr);
    }

    /// <summary>The operation before it is over: there is nothing to cancel any more.</summary>
    public void OnTargetOver()
    {
        _target = null;
        if (!IsOver)
            Finish(-(int)Errno.ECANCELED);
    }

    // Alone it limits nothing.
    protected override int Prepare() => -(int)Errno.EINVAL;

    protected override void Run()
    {
        SimulatedOperation? target = _target;
        _target = null;
        int result = target?.Cancel() ?? -(int)Errno.ENOENT;
        if (!IsOver)
            Finish(result == 0 ? -(int)Errno.ETIME : result);
    }
}
