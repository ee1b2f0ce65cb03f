using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
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
    private const int BufferSize = 16;

    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    [Theory]
    [Trait("pitfall", "7")]
    [Trait("pitfall", "14")]
    [InlineData(false)]
    [InlineData(true)]
    public void Turn_BufferComesHomeBeforeTheWait_ServesWhoStandsInLine(bool isOnOtherThread)
    {
        using var server = new Server(
            SimulationFaults.None, new ReactorLoopOptions { ReceiveBuffersMax = 1 });
        using var otherThread = new OtherThread();
        SimulatedPeer first = server.Connect();
        SimulatedPeer second = server.Connect();
        server.Settle();
        first.Send("a"u8);
        server.Settle();
        second.Send("b"u8);
        server.Settle();
        Assert.True(server.InputOf(0).TryRead(out ReadResult held));
        Action giveBack = () => server.InputOf(0).AdvanceTo(held.Buffer.End);
        server.Loop.Enqueue(new MidTurn(
            server.Loop, isOnOtherThread ? () => otherThread.Run(giveBack) : giveBack));

        server.Loop.Turn(mayWait: true);
        int hangs = server.Kernel.Counters.Hangs;
        server.Settle();

        Assert.Equal(0, hangs);
        Assert.True(server.InputOf(1).TryRead(out ReadResult served));
        Assert.Equal(1, served.Buffer.Length);
    }

    [Fact]
    public void Turn_KernelLosesAResetWhileArming_IsFoundAllTheSame()
    {
        using var server = new Server(
            SimulationFaults.None with { MissReset = 1 }, new ReactorLoopOptions());
        SimulatedPeer peer = server.Connect();
        peer.Send("a"u8);
        peer.Reset();

        server.Settle();

        PipeReader input = server.InputOf(0);
        Assert.True(input.TryRead(out ReadResult bytes));
        Assert.Equal(1, bytes.Buffer.Length);
        input.AdvanceTo(bytes.Buffer.End);
        Assert.Throws<ConnectionResetException>(() => input.TryRead(out _));
    }

    [Fact]
    public void Turn_BurstIsOver_LetsGoOfTheBufferThatAnIdleReaderSawLast()
    {
        const int Kept = 4;
        const int Many = 8;
        using var server = new Server(SimulationFaults.None, new ReactorLoopOptions
        {
            ReceiveBufferSize = BufferSize,
            ReceiveBuffersMax = 2 * Many,
            ReceiveDepth = Kept / 2,
            BytesKept = Kept * BufferSize,
        });
        SimulatedPeer peer = server.Connect();
        for (int i = 0; i < Many; i++)
        {
            peer.Send(new byte[BufferSize]);
            server.Settle();
        }

        WeakReference last = ConsumeAll(server.InputOf(0), Many * BufferSize);
        server.WaitUntilNothingIsDue();
        GC.Collect();

        Assert.Equal(Kept, server.Loop.Receive.Known);
        Assert.False(last.IsAlive);
    }

    // Not inlined: a local of the caller's would keep the buffer alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ConsumeAll(PipeReader input, int expected)
    {
        Assert.True(input.TryRead(out ReadResult read));
        Assert.Equal(expected, read.Buffer.Length);
        SequencePosition end = read.Buffer.End;
        input.AdvanceTo(end);
        return new WeakReference(end.GetObject());
    }

    private sealed class Server : IConnectionGate, IDisposable
    {
        private readonly List<UringConnection> _connections = [];
        private readonly ListenerChannel _listener;
        private readonly int _listenerFd;

        public Server(SimulationFaults faults, ReactorLoopOptions options)
        {
            Kernel = new SimulatedKernel(1, faults);
            Loop = new ReactorLoop(
                Kernel,
                Kernel,
                options with { Scheduling = Scheduling.Inline, TimeProvider = Kernel.Clock },
                NullLogger.Instance);
            _listenerFd = Kernel.Listen(Address);
            _listener = new ListenerChannel(
                Loop, this, _listenerFd, Address, new AcceptQueue(2), NullLogger.Instance);
            _listener.Update();
        }

        public SimulatedKernel Kernel { get; }

        public ReactorLoop Loop { get; }

        public bool MayAccept => true;

        public bool AcceptsOneByOne => false;

        public SimulatedPeer Connect() => Kernel.Connect(Address);

        public PipeReader InputOf(int index) => _connections[index].Input;

        public void Settle()
        {
            for (int turn = 0; turn < 6; turn++)
                Loop.Turn(mayWait: false);
        }

        public void WaitUntilNothingIsDue()
        {
            Settle();
            for (int turn = 0; turn < 100 && Loop.Timers.UntilNext() >= TimeSpan.Zero; turn++)
                Loop.Turn(mayWait: true);
        }

        public UringConnection TryAdmit(int fd, EndPoint listener)
        {
            _connections.Add(new UringConnection(this, Loop, fd, Address, Address));
            return _connections[^1];
        }

        public void OnClosed(UringConnection connection)
        {
        }

        public void Dispose()
        {
            foreach (UringConnection connection in _connections)
                connection.Drop();
            _listener.Stop();
            while (Loop.ResourceCount != 0)
                Loop.Turn(mayWait: false);
            _ = Kernel.CloseDescriptor(_listenerFd);
            Loop.Dispose();
        }
    }
}
