using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>
/// <c>IORING_OP_POLL_ADD</c>: the first look is at the level, those of a multishot poll after it
/// are at changes.
/// </summary>
internal sealed class PollOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private const uint Multishot = 1u << 0;

    private ulong? _seenWakes;

    protected override bool IsReady => Happened != 0 && _seenWakes != File!.Wakes;

    private uint Happened => File!.Events & (Sqe.poll32_events | PollMask.Always);

    protected override int Prepare() => (Sqe.len & ~Multishot) == 0 ? 0 : -(int)Errno.EINVAL;

    protected override void Run()
    {
        uint events = Happened;
        _seenWakes = File!.Wakes;
        if ((Sqe.len & Multishot) != 0 && StaysArmed())
            PostMore((int)events);
        else
            Finish((int)events);
    }
}
