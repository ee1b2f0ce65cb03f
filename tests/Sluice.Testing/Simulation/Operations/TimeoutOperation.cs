using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_TIMEOUT</c>, over the simulation's clock.</summary>
internal sealed unsafe class TimeoutOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private const uint Absolute = 1u << 0;
    private const uint SuccessOnExpiry = 1u << 5;
    private const uint Multishot = 1u << 6;

    private long _due;
    private long _period;
    private ulong _completionsWanted;
    private ulong _repeats;

    public override long Due => IsCancelled ? long.MaxValue : _due;

    protected override bool NeedsFile => false;

    protected override bool IsReady =>
        Kernel.Clock.Now >= _due || Ring.CompletionsPosted >= _completionsWanted;

    private bool IsMultishot => (Sqe.op_flags & Multishot) != 0;

    /// <summary>Starts the time anew, as TIMEOUT_REMOVE with an update does.</summary>
    public void Update(__kernel_timespec* time, uint flags)
    {
        _period = Ticks(time);
        _due = (flags & Absolute) != 0 ? _period : Kernel.Clock.Now + _period;
    }

    internal static long Ticks(__kernel_timespec* time) =>
        (time->tv_sec * TimeSpan.TicksPerSecond)
            + ((time->tv_nsec + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);

    protected override int Prepare()
    {
        if (Sqe.len != 1 || Sqe.addr == 0)
            return -(int)Errno.EINVAL;
        if ((Sqe.op_flags & ~(Absolute | SuccessOnExpiry | Multishot)) != 0)
            return -(int)Errno.EINVAL;

        Update((__kernel_timespec*)Sqe.addr, Sqe.op_flags);
        _repeats = Sqe.off == 0 ? ulong.MaxValue : Sqe.off;
        _completionsWanted = Sqe.off == 0 || IsMultishot
            ? ulong.MaxValue
            : Ring.CompletionsPosted + Sqe.off;
        return 0;
    }

    protected override void Run()
    {
        if (Kernel.Clock.Now < _due)
        {
            Finish(0);
            return;
        }

        if (IsMultishot && --_repeats > 0 && StaysArmed())
        {
            _due += Math.Max(_period, 1);
            PostMore(-(int)Errno.ETIME);
            return;
        }

        Finish(-(int)Errno.ETIME);
    }
}
