using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_READ</c> of zeros into a buffer of a group's.</summary>
internal sealed class ReadZerosOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    protected override bool IsReady => true;

    protected override int Prepare() => File is SimulatedZeros ? 0 : -(int)Errno.EINVAL;

    protected override void Run()
    {
        if (!Ring.BufferGroups.TryGetValue(Sqe.buf_group, out SimulatedBufferGroup? group)
            || !group.TryPeek(out Span<byte> buffer))
        {
            Finish(-(int)Errno.ENOBUFS);
            return;
        }

        if (Sqe.len != 0 && Sqe.len < buffer.Length)
            buffer = buffer[..(int)Sqe.len];
        buffer.Clear();
        Finish(buffer.Length, group.Take(buffer.Length, isWhole: false));
    }
}
