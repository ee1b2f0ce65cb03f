using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation.Operations;

/// <summary><c>IORING_OP_CONNECT</c>.</summary>
internal sealed unsafe class ConnectOperation(
    SimulatedKernel kernel, SimulatedRing ring, in io_uring_sqe sqe)
    : SimulatedOperation(kernel, ring, in sqe)
{
    private byte[] _address = [];

    protected override bool IsReady =>
        Socket.State != SocketState.Connecting || Socket.End!.IsEstablished || Socket.End.IsReset;

    private SimulatedSocket Socket => (SimulatedSocket)File!;

    protected override int Prepare()
    {
        if (File is not SimulatedSocket)
            return -(int)Errno.ENOTSOCK;

        // The kernel copies the address when it consumes the submission.
        _address = new ReadOnlySpan<byte>((void*)Sqe.addr, (int)Sqe.off).ToArray();
        return 0;
    }

    protected override void Run()
    {
        int error = Socket.State switch
        {
            SocketState.Connected => -(int)Errno.EISCONN,
            SocketState.Listening => -(int)Errno.EISCONN,
            SocketState.Connecting => 0,
            _ => Kernel.Network.StartConnect(Socket, _address),
        };
        if (error != 0)
        {
            Finish(error);
            return;
        }

        if (Socket.End!.IsReset)
        {
            Finish(-(int)Errno.ECONNREFUSED);
        }
        else if (Socket.End.IsEstablished)
        {
            Socket.FinishConnect();
            Finish(0);
        }
    }
}
