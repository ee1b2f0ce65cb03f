using System.Net;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Contract;

/// <summary>The simulated kernel at its kindest.</summary>
internal sealed class SimulatedKernelUnderTest : IKernelUnderTest
{
    private const int Port = 5000;

    private readonly SimulatedKernel _kernel = new(1, SimulationFaults.None);

    private ISocketSystem Sockets => _kernel;

    public Ring CreateRing(RingOptions options) => Ring.Create(options, _kernel);

    public int Listen() => _kernel.Listen(new IPEndPoint(IPAddress.Loopback, Port));

    public IPeerUnderTest Connect(int listener) =>
        new Peer(_kernel.Connect(new IPEndPoint(IPAddress.Loopback, Port)));

    public int CreateEvent() => Sockets.CreateEvent();

    public int OpenZeros() => Sockets.OpenZeros();

    public void Signal(int fd) => Assert.Equal(0, Sockets.SignalEvent(fd));

    public void Close(int fd) => Assert.Equal(0, Sockets.Close(fd));

    public int Shutdown(int fd, int how) => Sockets.Shutdown(fd, how);

    public bool HasEnded(int fd) => Sockets.HasEnded(fd) == 1;

    public void Dispose()
    {
    }

    private sealed class Peer(SimulatedPeer peer) : IPeerUnderTest
    {
        public void Send(ReadOnlySpan<byte> bytes) => Assert.Equal(bytes.Length, peer.Send(bytes));

        public byte[] Receive(int count)
        {
            byte[] bytes = new byte[count];
            Assert.Equal(count, peer.Receive(bytes));
            return bytes;
        }

        public (int Count, Errno Error) TryReceive(Span<byte> destination)
        {
            int count = peer.Receive(destination);
            Assert.True(count > 0 || peer.IsOver, "The peer would wait forever.");
            return (count, peer.Error);
        }

        public void ShutdownSend() => peer.ShutdownSend();

        public void Reset() => peer.Reset();

        public void Dispose() => peer.Close();
    }
}
