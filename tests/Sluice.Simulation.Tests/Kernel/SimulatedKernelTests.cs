using System.Net;
using System.Runtime.InteropServices;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Kernel;

/// <summary>
/// What the simulated kernel has over a real one: it is repeatable, it notices broken rules, and
/// it never hangs. What it has in common is in the contract tests.
/// </summary>
public sealed unsafe class SimulatedKernelTests : IDisposable
{
    private const int BufferSize = 16;
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed(256);
    private readonly SimulatedKernel _kernel = new(1, SimulationFaults.None);
    private readonly Ring _ring;

    public SimulatedKernelTests() => _ring = Create(_kernel);

    private ISocketSystem System => _kernel;

    public void Dispose() => NativeMemory.Free(_memory);

    [Fact]
    public void Trace_SameSeed_IsTheSame()
    {
        Assert.Equal(DigestOf(7, SimulationFaults.Wild), DigestOf(7, SimulationFaults.Wild));
        Assert.NotEqual(DigestOf(7, SimulationFaults.Wild), DigestOf(8, SimulationFaults.Wild));
    }

    [Fact]
    [Trait("pitfall", "40")]
    public void Close_Twice_IsAViolation()
    {
        int fd = System.CreateEvent();
        Assert.Equal(0, System.Close(fd));

        Assert.Contains("is not open", RuleOf(() => System.Close(fd)));
    }

    [Fact]
    [Trait("pitfall", "4")]
    public void Descriptors_Closed_LowestNumberIsReused()
    {
        int first = System.CreateEvent();
        int second = System.CreateEvent();
        System.Close(second);
        System.Close(first);

        Assert.Equal(first, System.CreateEvent());
        Assert.Equal(second, System.CreateEvent());
    }

    [Fact]
    public void SendMemory_ChangedInFlight_IsAViolation()
    {
        int fd = Accept(out SimulatedPeer peer);
        FillSocket(fd);
        _ = peer.Receive(new byte[1]);
        _memory[0] = 1;

        Assert.Contains("changed while it was in flight", RuleOf(() => _ring.Submit()));
    }

    [Fact]
    public void SendMemory_ProvidedToReceives_IsAViolation()
    {
        int fd = Accept(out _);
        using BufferRing buffers = BufferRing.Create(_ring, 1, 2);
        buffers.Add((nint)_memory, BufferSize, 0);
        buffers.Publish();
        Take().PrepareSend(fd, (nint)_memory + BufferSize - 1, 4);

        Assert.Contains("receives may overwrite", RuleOf(() => _ring.Submit()));
    }

    [Fact]
    [Trait("pitfall", "17")]
    public void Buffer_ProvidedTwice_IsAViolation()
    {
        BufferRing buffers = BufferRing.Create(_ring, 1, 2);
        buffers.Add((nint)_memory, BufferSize, 0);
        buffers.Add((nint)_memory + BufferSize - 1, BufferSize, 1);
        buffers.Publish();

        Assert.Contains("is provided twice", RuleOf(() => _ring.SubmitAndWait(0)));
    }

    [Fact]
    public void Ring_ClosedWithBuffersRegistered_IsAViolation()
    {
        _ = BufferRing.Create(_ring, 1, 2);

        Assert.Contains("still registered", RuleOf(_ring.Dispose));
    }

    [Fact]
    public void Violation_Swallowed_IsThrownAgain()
    {
        int fd = System.CreateEvent();
        System.Close(fd);
        _ = RuleOf(() => System.Close(fd));

        Assert.Contains("is not open", RuleOf(() => _ring.SubmitAndWait(0)));
        Assert.Contains("is not open", RuleOf(_kernel.ThrowIfViolated));
    }

    [Fact]
    public void Wait_NothingCanHappen_ReturnsAndCountsIt()
    {
        Assert.Equal(0, _ring.SubmitAndWait(1).Value);

        Assert.Equal(1, _kernel.Counters.Hangs);
    }

    [Fact]
    public void Wait_PeerCanAct_LetsItAct()
    {
        int fd = Accept(out SimulatedPeer peer);
        _kernel.Idle = () => peer.Send("hi"u8) > 0;
        Take().PrepareReceive(fd, (nint)_memory, 8);

        Assert.Equal(1, _ring.SubmitAndWait(1).Value);
        Assert.Equal(2, _ring.ReadyCompletions[0].Result);
    }

    [Fact]
    public void Wait_OnlyTimersLeft_MovesTheClock()
    {
        var fired = new List<long>();
        using ITimer timer = _kernel.Clock.CreateTimer(
            _ => fired.Add(_kernel.Clock.Now), null, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        *(Timespec*)_memory = Timespec.From(TimeSpan.FromSeconds(2));
        Take().PrepareTimeout((nint)_memory);

        Assert.Equal(1, _ring.SubmitAndWait(1).Value);

        Assert.Equal([TimeSpan.TicksPerSecond], fired);
        Assert.Equal(2 * TimeSpan.TicksPerSecond, _kernel.Clock.GetTimestamp());
        Assert.Equal(Errno.ETIME, _ring.ReadyCompletions[0].Error);
    }

    [Fact]
    [Trait("pitfall", "6")]
    public void Accept_NoDescriptorLeft_EndsAndKeepsTheConnection()
    {
        int listener = _kernel.Listen(Address);
        _ = _kernel.Connect(Address);
        _kernel.Descriptors.Limit = _kernel.Descriptors.Count;
        Take().PrepareAcceptMultishot(listener);
        Assert.Equal(Errno.EMFILE, Next().Error);

        _kernel.Descriptors.Limit++;
        Take().PrepareAcceptMultishot(listener);

        Assert.True(Next().Result > 0);
    }

    [Fact]
    public void Connect_Acceptor_GetsThePeer()
    {
        SimulatedPeer? peer = null;
        _kernel.Network.OnConnect(Address, p => peer = p);
        int fd = Connect();
        Assert.Equal(0, Next().Result);
        peer!.Send("hello"u8);
        Take().PrepareReceive(fd, (nint)_memory, 8);

        Assert.Equal(5, Next().Result);
    }

    [Fact]
    public void Connect_NobodyListens_IsRefused()
    {
        _ = Connect();

        Assert.Equal(Errno.ECONNREFUSED, Next().Error);
    }

    [Fact]
    public void Connect_BacklogIsFull_WaitsForAnAccept()
    {
        int listener = _kernel.Listen(Address, backlog: 0);
        _ = _kernel.Connect(Address);
        _ = Connect();
        Assert.Equal(1, _ring.Submit().Value);
        Assert.Equal(0u, _ring.CompletionsReady);

        Take().PrepareAccept(listener);

        Assert.True(Next().Result >= 0);
        Assert.True(Next().Result >= 0);
    }

    [Fact]
    public void Enter_ForeignThread_IsRefused()
    {
        RingResult result = default;
        var thread = new Thread(() => result = _ring.SubmitAndWait(0));
        thread.Start();
        thread.Join();

        Assert.Equal(Errno.EEXIST, result.Error);
    }

    [Fact]
    public void Setup_UnknownFlag_IsPeeledOff()
    {
        _kernel.UnknownSetupFlags |= RingSetupFlags.NoSqArray;
        using Ring ring = Create(_kernel);

        Assert.False(ring.SetupFlags.HasFlag(RingSetupFlags.NoSqArray));
        Assert.True(ring.SetupFlags.HasFlag(RingSetupFlags.DeferTaskrun));
    }

    [Fact]
    public void Seeds_OneFails_SaysWhichAndHowToReplayIt()
    {
        SimulationFailure failure = Assert.Throws<SimulationFailure>(() => SimulationSeeds.Run(
            50, seed => Assert.True(seed < 31)));

        Assert.Equal(31UL, failure.Seed);
        Assert.Contains("SLUICE_SEED=31", failure.Message);
    }

    private static Ring Create(SimulatedKernel kernel) => Ring.Create(
        new RingOptions
        {
            Entries = 4,
            Flags = RingSetupFlags.NoSqArray | RingSetupFlags.SingleIssuer
                | RingSetupFlags.DeferTaskrun,
        },
        kernel);

    private static ulong DigestOf(ulong seed, SimulationFaults faults)
    {
        var kernel = new SimulatedKernel(seed, faults);
        using Ring ring = Create(kernel);
        for (uint i = 0; i < 100; i++)
        {
            if (ring.TryGetSubmission(out Submission submission))
                submission.PrepareNop();
            _ = ring.SubmitAndWait(1);
            ring.Advance((int)ring.CompletionsReady);
        }

        return kernel.Trace.Digest;
    }

    private static string RuleOf(Action action) =>
        Assert.Throws<SimulationViolation>(action).Rule;

    private Submission Take()
    {
        Assert.True(_ring.TryGetSubmission(out Submission submission));
        return submission;
    }

    private Completion Next()
    {
        if (_ring.CompletionsReady == 0)
            Assert.True(_ring.SubmitAndWait(1).IsSuccess);
        Completion completion = _ring.ReadyCompletions[0];
        _ring.Seen();
        return completion;
    }

    private int Accept(out SimulatedPeer peer)
    {
        int listener = _kernel.Listen(Address);
        peer = _kernel.Connect(Address);
        Take().PrepareAccept(listener);
        return Next().Result;
    }

    private int Connect()
    {
        int fd = _kernel.OpenSocket(SimulatedAddress.FamilyIPv4);
        byte[] address = SimulatedAddress.Of(Address);
        address.CopyTo(new Span<byte>(_memory, address.Length));
        Take().PrepareConnect(fd, (nint)_memory, (uint)address.Length);
        return fd;
    }

    // Sends until a send has to wait.
    private void FillSocket(int fd)
    {
        do
        {
            Take().PrepareSend(fd, (nint)_memory, 256);
            Assert.Equal(1, _ring.Submit().Value);
            _ring.Advance((int)Math.Min(_ring.CompletionsReady, 1));
        }
        while (_kernel.Descriptors.Find<SimulatedSocket>(fd)!.End!.Room > 0);

        Take().PrepareSend(fd, (nint)_memory, 256);
        Assert.Equal(1, _ring.Submit().Value);
        Assert.Equal(0u, _ring.CompletionsReady);
    }
}
