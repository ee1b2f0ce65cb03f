using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary>
/// <c>IORING_OP_CLOSE</c>, <c>SHUTDOWN</c> and <c>SOCKET</c>: they never wait for a peer.
/// </summary>
internal sealed class DescriptorOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    protected override bool NeedsFile => Opcode == Opcode.Shutdown;

    protected override bool IsReady => true;

    protected override int Prepare() => Sqe.file_index == 0 ? 0 : -(int)Errno.EINVAL;

    protected override void Run() => Finish(Opcode switch
    {
        Opcode.Close => Kernel.CloseDescriptor(Sqe.fd),
        Opcode.Shutdown when File is SimulatedSocket socket => socket.Shutdown((int)Sqe.len),
        Opcode.Shutdown => -(int)Errno.ENOTSOCK,
        _ => Kernel.OpenSocket(Sqe.fd),
    });
}
