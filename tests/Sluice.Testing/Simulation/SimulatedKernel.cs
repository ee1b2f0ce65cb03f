using System.Net;
using System.Runtime.ExceptionServices;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation.Files;
using Sluice.Testing.Simulation.Operations;
using Sluice.Testing.Simulation.Rings;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Testing.Simulation;

/// <summary>
/// A kernel with io_uring and stream sockets, deterministic from a seed: no clock but its own, no
/// threads. The ring and all that stands on it run unchanged over it.
/// </summary>
/// <remarks>
/// <para>
/// It acts only inside the calls that the program makes. At each entry it chooses by the seed
/// which of the operations that could complete do so now, in which order and how far. When it is
/// asked to wait and nothing can complete, it lets the peers act (<see cref="Idle"/>), then time
/// pass; if neither changes anything, it returns, and counts it as a hang.
/// </para>
/// <para>
/// It checks what a real kernel would let go wrong in silence, and throws
/// <see cref="SimulationViolation"/>: memory that changes under a send, a buffer provided twice,
/// a descriptor closed twice, memory still in use when its ring is closed.
/// </para>
/// </remarks>
internal sealed unsafe class SimulatedKernel : IRingKernel, ISocketSystem
{
    private const int TraceLength = 256;
    private const int TraceLengthOfReplay = 1_000_000;

    private readonly SimulatedEntry _entry;
    private readonly SimulatedRegistration _registration;
    private SimulationViolation? _violation;
    private int _faultsLeft;

    public SimulatedKernel(
        ulong seed, SimulationFaults faults, SimulationLimits? limits = null)
    {
        limits ??= SimulationLimits.None;
        _faultsLeft = limits.FaultsMax;
        Seed = seed;
        Faults = faults;
        Random = new SimulationRandom(seed);
        bool keepsTrace = limits.KeepsTrace || SimulationSeeds.IsReplay;
        Trace = new SimulationTrace(keepsTrace ? TraceLengthOfReplay : TraceLength);
        Network = new SimulatedNetwork(this);
        RegisteredRings = new RegisteredRings(Descriptors);
        _entry = new SimulatedEntry(this);
        _registration = new SimulatedRegistration(this);
    }

    public ulong Seed { get; }

    /// <summary>May be changed at any time, for instance to let a test end in peace.</summary>
    public SimulationFaults Faults { get; set; }

    public SimulationRandom Random { get; }

    public SimulationTrace Trace { get; }

    public SimulationCounters Counters { get; } = new();

    /// <summary>The simulation's time, also for the program's own timers.</summary>
    public SimulatedClock Clock { get; } = new();

    public DescriptorTable Descriptors { get; } = new();

    public ProvidedMemory Provided { get; } = new();

    public RegisteredRings RegisteredRings { get; }

    public SimulatedNetwork Network { get; }

    /// <summary>
    /// Called when a wait finds nothing to do: the peers' next step. False if they have none.
    /// </summary>
    public Func<bool>? Idle { get; set; }

    /// <summary>Setup flags that this kernel is too old for.</summary>
    public RingSetupFlags UnknownSetupFlags { get; set; } =
        RingSetupFlags.SqPoll | RingSetupFlags.SqAffinity;

    /// <summary>Why there is no io_uring here; none if there is.</summary>
    public Errno SetupRefusal { get; set; }

    /// <summary>
    /// How every accept fails that finds a connection; the connection stays, but for
    /// <see cref="Errno.ECONNABORTED"/>. None: they succeed.
    /// </summary>
    public Errno AcceptRefusal { get; set; }

    /// <summary>A listener of the program's: its descriptor.</summary>
    public int Listen(EndPoint endPoint, int backlog = 16)
    {
        byte[] address = SimulatedAddress.Of(endPoint);
        int fd = OpenSocket(SimulatedAddress.Family(address));
        if (Descriptors.Find<SimulatedSocket>(fd) is not { } socket)
            return fd;

        int error = Network.Bind(socket, address);
        if (error == 0)
            error = Network.Listen(socket, backlog);
        if (error == 0)
            return fd;

        _ = CloseDescriptor(fd);
        return error;
    }

    /// <summary>A peer connects to a listener of the program's.</summary>
    public SimulatedPeer Connect(EndPoint endPoint) =>
        Network.TryConnect(endPoint)
            ?? throw new InvalidOperationException($"Nobody listens at {endPoint}.");

    public void Log(string what, long a = 0, long b = 0, long c = 0) =>
        Trace.Add(new SimulationEvent(Clock.Now, what, a, b, c));

    /// <summary>Whether a fault happens now; after as many as are allowed none does.</summary>
    public bool Meets(SimulationFault fault) => Meets(fault, Faults.Of(fault));

    /// <summary>The same with a probability of its own.</summary>
    public bool Meets(SimulationFault fault, double probability)
    {
        if (!Random.Chance(probability) || _faultsLeft == 0)
            return false;

        _faultsLeft--;
        Counters.Count(fault);
        return true;
    }

    /// <summary>What to throw; it is also kept, in case the program catches everything.</summary>
    public SimulationViolation Violation(string rule)
    {
        var violation = new SimulationViolation(rule, Seed, Trace);
        _violation ??= violation;
        return violation;
    }

    /// <summary>Throws the first violation, if there was one.</summary>
    public void ThrowIfViolated()
    {
        if (_violation is not null)
            ExceptionDispatchInfo.Throw(_violation);
    }

    public int OpenSocket(int family)
    {
        if (family is not (SimulatedAddress.FamilyUnix
            or SimulatedAddress.FamilyIPv4 or SimulatedAddress.FamilyIPv6))
        {
            return -(int)Errno.EAFNOSUPPORT;
        }

        int fd = Descriptors.Open(new SimulatedSocket(Network, family));
        Log("socket", fd, family);
        return fd;
    }

    public int OpenAccepted(SimulatedSocket listener, in PendingConnection connection)
    {
        var socket = new SimulatedSocket(Network, listener.Family);
        socket.Accept(in connection, listener.LocalAddress);
        int fd = Descriptors.Open(socket);
        Log("accept", fd, SimulatedAddress.Port(connection.PeerAddress.AsSpan()));
        return fd;
    }

    /// <summary>Closes a descriptor; one that is not open is a violation.</summary>
    public int CloseDescriptor(int fd)
    {
        Log("close", fd);
        if (Descriptors.Find(fd) is not { } file)
            throw Violation($"descriptor {fd} is closed, and it is not open");

        foreach (SimulatedRing ring in _entry.Rings)
        {
            if (ring.Running.Any(o => o.Refers(file)))
                Counters.ClosedBusy++;
        }

        return Descriptors.Close(fd);
    }

    int IRingKernel.Setup(uint entries, ref io_uring_params parameters, out RingMapping mapping) =>
        _entry.Setup(entries, ref parameters, out mapping);

    int IRingKernel.Enter(
        int fd, uint toSubmit, uint minComplete, uint flags, void* arg, nuint argSize) =>
        _entry.Enter(fd, toSubmit, minComplete, flags, arg, argSize);

    int IRingKernel.Register(int fd, uint opcode, void* arg, uint argCount) =>
        Descriptors.Find<SimulatedRing>(fd) is { } ring
            ? _registration.Register(ring, opcode, arg, argCount)
            : -(int)Errno.EBADF;

    void IRingKernel.Close(int fd, in RingMapping mapping)
    {
        if (Descriptors.Find<SimulatedRing>(fd) is not { } ring || ring.Memory.Mapping != mapping)
            throw Violation("what is closed as a ring is none");
        _entry.Forget(ring);
        ring.Unmap();
        _ = CloseDescriptor(fd);
    }

    int ISocketSystem.CreateEvent() => Descriptors.Open(new SimulatedEvent());

    int ISocketSystem.OpenZeros() => Descriptors.Open(new SimulatedZeros());

    int ISocketSystem.SignalEvent(int fd)
    {
        Log("signal", fd);
        if (Descriptors.Find<SimulatedEvent>(fd) is not { } file)
            return -(int)Errno.EBADF;
        file.Signal(1);
        return 0;
    }

    int ISocketSystem.SetOption(int fd, int level, int name, ReadOnlySpan<int> value)
    {
        const int SolSocket = 1;
        const int SoLinger = 13;
        const int SoReusePort = 15;
        if (Descriptors.Find<SimulatedSocket>(fd) is not { } socket)
            return -(int)Errno.EBADF;
        if (level == SolSocket && name == SoReusePort)
            socket.SharesPort = value[0] != 0;
        if (level == SolSocket && name == SoLinger)
            socket.ResetsOnClose = value[0] != 0 && value[1] == 0;
        return 0;
    }

    int ISocketSystem.GetLocalName(int fd, byte* address, int capacity) =>
        Copy(Descriptors.Find<SimulatedSocket>(fd)?.LocalAddress, address, capacity);

    int ISocketSystem.GetPeerName(int fd, byte* address, int capacity) =>
        Copy(Descriptors.Find<SimulatedSocket>(fd)?.PeerAddress, address, capacity);

    int ISocketSystem.TrySend(int fd, ReadOnlySpan<BufferSegment> segments)
    {
        if (Descriptors.Find<SimulatedSocket>(fd) is not { } socket)
            return -(int)Errno.EBADF;
        if (socket.State != SocketState.Connected)
            return -(int)Errno.ENOTCONN;

        int result = TrySend(socket.End!, segments);
        Log("try-send", fd, result);
        return result;
    }

    int ISocketSystem.HasEnded(int fd) => Descriptors.Find<SimulatedSocket>(fd) is { } socket
        ? (socket.Events & (PollMask.POLLRDHUP | PollMask.POLLHUP | PollMask.POLLERR)) != 0 ? 1 : 0
        : -(int)Errno.EBADF;

    int ISocketSystem.Shutdown(int fd, int how)
    {
        Log("shutdown", fd, how);
        return Descriptors.Find<SimulatedSocket>(fd)?.Shutdown(how) ?? -(int)Errno.EBADF;
    }

    int ISocketSystem.Close(int fd) => CloseDescriptor(fd);

    private static int Copy(byte[]? from, byte* address, int capacity)
    {
        if (from is null)
            return -(int)Errno.ENOTCONN;
        from.AsSpan(0, Math.Min(from.Length, capacity)).CopyTo(new Span<byte>(address, capacity));
        return from.Length;
    }

    private int TrySend(StreamEnd end, ReadOnlySpan<BufferSegment> segments)
    {
        int sent = 0;
        foreach (BufferSegment segment in segments)
        {
            int length = (int)segment.Length;
            if (Provided.Overlaps((ulong)segment.Address, segment.Length))
                throw Violation("a send reads from a buffer that receives may overwrite");
            bool isShort = length > 1 && Meets(SimulationFault.ShortSend);
            int count = isShort ? Random.Between(1, length - 1) : length;
            int result = end.Send(new ReadOnlySpan<byte>((void*)segment.Address, count));
            if (result < 0)
                return sent > 0 ? sent : result;

            sent += result;
            if (result < length)
                break;
        }

        return sent;
    }
}
