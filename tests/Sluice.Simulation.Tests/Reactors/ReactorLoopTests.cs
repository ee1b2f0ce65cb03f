using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Campaigns;
using Sluice.Testing.Campaigns.Servers;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;

namespace Sluice.Simulation.Tests.Reactors;

public sealed class ReactorLoopTests
{
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    [Theory]
    [Trait("pitfall", "7")]
    [Trait("pitfall", "14")]
    [InlineData(false)]
    [InlineData(true)]
    public void Turn_BufferComesHomeBeforeTheWait_ServesWhoStandsInLine(bool isOnOtherThread)
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        var options = new ReactorLoopOptions
        {
            ReceiveBuffersMax = 1,
            Scheduling = Scheduling.Inline,
            TimeProvider = kernel.Clock,
        };
        using var loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        using var otherThread = new OtherThread();
        var gate = new Gate(loop);
        int fd = kernel.Listen(Address);
        var listener = new ListenerChannel(
            loop, gate, fd, Address, new AcceptQueue(2), NullLogger.Instance);
        listener.Update();
        SimulatedPeer first = kernel.Connect(Address);
        SimulatedPeer second = kernel.Connect(Address);
        Settle(loop);
        first.Send("a"u8);
        Settle(loop);
        second.Send("b"u8);
        Settle(loop);
        Assert.True(gate.Connections[0].Input.TryRead(out ReadResult held));
        Action giveBack = () => gate.Connections[0].Input.AdvanceTo(held.Buffer.End);
        loop.Enqueue(new MidTurn(
            loop, isOnOtherThread ? () => otherThread.Run(giveBack) : giveBack));

        loop.Turn(mayWait: true);
        int hangs = kernel.Counters.Hangs;
        Settle(loop);

        Assert.Equal(0, hangs);
        Assert.True(gate.Connections[1].Input.TryRead(out ReadResult served));
        Assert.Equal(1, served.Buffer.Length);
        End(kernel, loop, gate, listener, fd);
    }

    [Fact]
    public void Turn_KernelLosesAResetWhileArming_IsFoundAllTheSame()
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None with { MissReset = 1 });
        var options = new ReactorLoopOptions
        {
            Scheduling = Scheduling.Inline,
            TimeProvider = kernel.Clock,
        };
        using var loop = new ReactorLoop(kernel, kernel, options, NullLogger.Instance);
        var gate = new Gate(loop);
        int fd = kernel.Listen(Address);
        var listener = new ListenerChannel(
            loop, gate, fd, Address, new AcceptQueue(2), NullLogger.Instance);
        listener.Update();
        SimulatedPeer peer = kernel.Connect(Address);
        peer.Send("a"u8);
        peer.Reset();

        Settle(loop);

        PipeReader input = gate.Connections[0].Input;
        Assert.True(input.TryRead(out ReadResult bytes));
        Assert.Equal(1, bytes.Buffer.Length);
        input.AdvanceTo(bytes.Buffer.End);
        Assert.Throws<ConnectionResetException>(() => input.TryRead(out _));
        End(kernel, loop, gate, listener, fd);
    }

    private static void Settle(ReactorLoop loop)
    {
        for (int turn = 0; turn < 6; turn++)
            loop.Turn(mayWait: false);
    }

    private static void End(
        SimulatedKernel kernel, ReactorLoop loop, Gate gate, ListenerChannel listener, int fd)
    {
        foreach (UringConnection connection in gate.Connections)
            connection.Drop();
        listener.Stop();
        while (loop.ResourceCount != 0)
            loop.Turn(mayWait: false);
        _ = kernel.CloseDescriptor(fd);
    }

    private sealed class Gate(ReactorLoop loop) : IConnectionGate
    {
        public List<UringConnection> Connections { get; } = [];

        public bool MayAccept => true;

        public bool AcceptsOneByOne => false;

        public UringConnection TryAdmit(int fd, EndPoint listener)
        {
            Connections.Add(new UringConnection(this, loop, fd, Address, Address));
            return Connections[^1];
        }

        public void OnClosed(UringConnection connection)
        {
        }
    }
}
