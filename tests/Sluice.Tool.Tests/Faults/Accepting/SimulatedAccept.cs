using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Connections;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Tool.Tests.Faults.Accepting;

/// <summary>
/// Accepts of the ring fail: completions cannot be injected into the real kernel, so it is the
/// simulated one. Its clock counts the attempts of exactly one second.
/// </summary>
internal static class SimulatedAccept
{
    private const int TurnsMax = 1_000;
    private const int AttemptsMax = 11; // one each 100 ms

    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    public static string Run(Errno error)
    {
        var kernel = new SimulatedKernel(1, SimulationFaults.None);
        var options = new ReactorLoopOptions
        {
            Scheduling = Scheduling.Inline,
            TimeProvider = kernel.Clock,
        };
        using var log = new LogCollector();
        using var loop = new ReactorLoop(kernel, kernel, options, log);
        var gate = new Gate(loop);
        int fd = kernel.Listen(Address);
        var listener = new ListenerChannel(loop, gate, fd, Address, new AcceptQueue(4), log);
        listener.Update();
        SimulatedPeer former = kernel.Connect(Address);
        Settle(loop);

        kernel.AcceptRefusal = error;
        SimulatedPeer next = kernel.Connect(Address);
        WaitASecond(kernel, loop);
        Assert.InRange(kernel.Counters.RefusedAccepts, 1, AttemptsMax);
        Echo(loop, gate.Connections[0], former);

        kernel.AcceptRefusal = Errno.None;
        if (error == Errno.ECONNABORTED)
            next = kernel.Connect(Address); // that one is gone
        Settle(loop);
        bool waits = gate.Connections.Count == 1;
        WaitASecond(kernel, loop);
        Echo(loop, gate.Connections[1], next);
        End(kernel, loop, gate, listener, fd);
        return AcceptOutcome.Of(waits, log.Lines.Count);
    }

    private static void Settle(ReactorLoop loop)
    {
        for (int turn = 0; turn < 6; turn++)
            loop.Turn(mayWait: false);
    }

    // Time passes only while the reactor waits for it.
    private static void WaitASecond(SimulatedKernel kernel, ReactorLoop loop)
    {
        long end = kernel.Clock.Now + TimeSpan.TicksPerSecond;
        for (int turn = 0; turn < TurnsMax && kernel.Clock.Now < end; turn++)
            loop.Turn(mayWait: true);
    }

    private static void Echo(ReactorLoop loop, UringConnection connection, SimulatedPeer peer)
    {
        byte[] back = new byte[4];
        Assert.Equal(4, peer.Send("ping"u8));
        Settle(loop);
        Assert.True(connection.Input.TryRead(out ReadResult read));
        connection.Output.Write(read.Buffer.FirstSpan);
        connection.Input.AdvanceTo(read.Buffer.End);
        Task flush = connection.Output.FlushAsync().AsTask();
        Settle(loop);
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.Equal(4, peer.Receive(back));
        Assert.Equal("ping"u8, back);
    }

    private static void End(
        SimulatedKernel kernel, ReactorLoop loop, Gate gate, ListenerChannel listener, int fd)
    {
        gate.Connections.ForEach(static connection => connection.Drop());
        listener.Stop();
        for (int turn = 0; turn < TurnsMax && loop.ResourceCount != 0; turn++)
            loop.Turn(mayWait: false);
        Assert.Equal(0, kernel.CloseDescriptor(fd));
        kernel.ThrowIfViolated();
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
