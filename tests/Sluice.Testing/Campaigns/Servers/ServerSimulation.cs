using System.Net;
using System.Net.Sockets;
using Sluice.Reactors;

using Sluice.Sockets;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;

namespace Sluice.Testing.Campaigns.Servers;

/// <summary>
/// A server on one reactor and its clients, all on the calling thread over a simulated kernel,
/// from one seed: sizes, faults, who does what when.
/// </summary>
internal sealed class ServerSimulation : IConnectionGate, ISimulation
{
    private const int TurnsMax = 60_000;
    private const int StopTurnsMax = 5_000;

    private static readonly EndPoint[] Addresses =
    [
        new IPEndPoint(IPAddress.Loopback, 80),
        new IPEndPoint(IPAddress.IPv6Loopback, 80),
        new IPEndPoint(IPAddress.IPv6Any, 80),
        new UnixDomainSocketEndPoint("/run/server"),
    ];

    private readonly SharedEndPoints _shared = new();
    private readonly SimulatedKernel _kernel;
    private readonly FailingLogger _logger = new();
    private readonly ReactorLoop _loop;
    private readonly AcceptQueue _queue;
    private readonly ListenerChannel _listener;
    private readonly int _listenerFd;
    private readonly EndPoint _address;
    private readonly List<SimulatedClient> _clients = [];
    private readonly List<SimulatedHandler> _handlers = [];
    private readonly Queue<UringConnection> _admitted = new();
    private readonly OtherThread _otherThread = new();
    private readonly MidTurn _midTurn;
    private readonly bool _hasOtherThread;
    private readonly int _clientsMax;
    private readonly int _openMax;
    private readonly int _turnsMax;
    private int _taken;
    private int _open;
    private int _posted;
    private int _ran;
    private bool _expectsWake;
    private bool _isStopping;

    public ServerSimulation(ulong seed, SimulationLimits limits)
    {
        Random = new SimulationRandom(~seed);
        Choices = new SimulationRandom(seed * 31);
        LendsMemory = Choices.Chance(0.4);
        SimulationFaults faults = (seed % 3) switch
        {
            0 => SimulationFaults.None,
            1 => SimulationFaults.Mild,
            _ => SimulationFaults.Wild,
        };
        _kernel = new SimulatedKernel(seed, faults, limits) { Idle = ActWhileParked };
        if (Random.Chance(0.2))
            _kernel.Descriptors.Limit = Random.Between(6, 12);
        ReactorLoopOptions options = ChooseOptions();
        _loop = new ReactorLoop(_kernel, _kernel, options, _logger);
        Waits = new ServerWaits(_loop, Random);
        _address = Addresses[Random.Below(Addresses.Length)];
        _kernel.Network.PeersAreMapped = _address.Equals(Addresses[2]);
        _listenerFd = _kernel.Listen(_address, backlog: Random.Between(0, 4));
        _queue = new AcceptQueue(Random.Between(1, 4));
        _listener = new ListenerChannel(_loop, this, _listenerFd, _address, _queue, _logger);
        _hasOtherThread = Random.Chance(0.25);
        _midTurn = new MidTurn(_loop, () => _otherThread.Run(Waits.RunDue));
        AcceptsOneByOne = Random.Chance(0.2);
        _clientsMax = Math.Min(Random.Between(1, 12), limits.ConnectionsMax);
        _turnsMax = limits.StepsMax;
        _openMax = Random.Between(1, 6);

        // What all connections keep at once must leave room in the buffers, or they all wait.
        int buffers = options.ReceiveBuffersMax / 2 / (_openMax + 1);
        KeptMax = Math.Max(0, (buffers - 2) * options.ReceiveBufferSize / 4);
    }

    public SimulationRandom Random { get; }

    public SimulatedKernel Kernel => _kernel;

    /// <summary>For what handlers do with their own memory, and nothing else.</summary>
    public SimulationRandom Choices { get; }

    /// <summary>Whether handlers send memory of their own, too.</summary>
    public bool LendsMemory { get; }

    /// <summary>How often such a send had to wait.</summary>
    public int SendsThatWaited { get; set; }

    /// <summary>What the handlers wait for.</summary>
    public ServerWaits Waits { get; }

    /// <summary>How many bytes a handler may leave unread.</summary>
    public int KeptMax { get; }

    public bool AcceptsOneByOne { get; }

    public bool MayAccept => !AcceptsOneByOne || _open < _openMax;

    private bool IsOver =>
        _clients.Count == _clientsMax
        && _clients.TrueForAll(c => c.IsDone)
        && _handlers.TrueForAll(h => h.IsDone && h.IsDisposed)
        && _open == 0;

    public UringConnection TryAdmit(int fd, EndPoint listener)
    {
        (EndPoint local, EndPoint remote) = SocketName.EndsOf(_loop.System, fd, _shared);
        var connection = new UringConnection(this, _loop, fd, local, remote);
        _admitted.Enqueue(connection);
        _open++;
        Require(!AcceptsOneByOne || _open <= _openMax, "There are more connections than allowed");
        return connection;
    }

    public void OnClosed(UringConnection connection)
    {
        _open--;
        if (AcceptsOneByOne)
            _listener.Update();
    }

    /// <summary>Runs all of it and checks what must be true at the end.</summary>
    public void Run()
    {
        _listener.Update();
        int stopAt = Random.Chance(0.2) ? Random.Between(0, 200) : int.MaxValue;
        stopAt = Math.Min(stopAt, _turnsMax);
        while (!IsOver && Waits.Turn < stopAt)
        {
            Act();
            Turn(mayWait: Random.Chance(0.7));
            if (Waits.Turn > TurnsMax)
                throw Mismatch("The server is stuck");
        }

        Stop();

        // What another thread gave back is collected by a turn.
        Turn(mayWait: false);
        RequireNothingLeft();
    }

    public void Report(CampaignCoverage coverage)
    {
        coverage.Add(_kernel);
        coverage.Bytes += _loop.Counters.BytesReceived + _loop.Counters.BytesSent
            + _loop.Counters.BytesSentRemotely;
        coverage.SendsThatWaited += SendsThatWaited;
        foreach (SimulatedClient client in _clients)
            coverage.Count(client.Ending);
    }

    public void Abandon() => _otherThread.Dispose();

    public void Dispose() => _otherThread.Dispose();

    private ReactorLoopOptions ChooseOptions()
    {
        int submissions = 1 << Random.Between(1, 5);
        return new ReactorLoopOptions
        {
            SubmissionEntries = (uint)submissions,
            CompletionEntries = (uint)(submissions << Random.Between(0, 2)),
            ReceiveBufferSize = 1 << Random.Between(4, 8),
            ReceiveBuffersMax = 1 << Random.Between(1, 6),
            ReceiveDepth = 1 << Random.Between(0, 6),
            BytesKept = Random.Chance(0.5) ? 0 : 1 << 20,
            TrimInterval = TimeSpan.FromMilliseconds(Random.Between(1, 50)),
            ReceiveWatermark = Random.Between(1, 2000),
            SendWatermark = Random.Between(1, 2000),
            Scheduling = Scheduling.Inline,
            TimeProvider = _kernel.Clock,
        };
    }

    private void Turn(bool mayWait)
    {
        Waits.Turn++;

        // On this thread, user code runs between turns; only another one can wake the reactor.
        bool isWakeable = _hasOtherThread || !Waits.IsPending;
        if (_hasOtherThread && Waits.IsPending && Random.Chance(0.2))
            _loop.Enqueue(_midTurn);
        int hangs = _kernel.Counters.Hangs;
        _loop.Turn(mayWait && isWakeable);
        if (_kernel.Counters.Hangs != hangs)
            RequireNothingForgotten();
        _expectsWake = false;
        _kernel.ThrowIfViolated();
        if (_logger.Failure is { } failure)
            throw new SimulationMismatch($"The reactor logged: {failure}", _logger.Cause);
        TakeAccepted();
        RunDue();
        foreach (SimulatedHandler handler in _handlers)
        {
            if (handler.Failure is { } error)
                throw new SimulationMismatch($"A handler failed: {error}", error);
        }
    }

    // It waited, and nothing could end that: then there must have been nothing left to do.
    private void RequireNothingForgotten()
    {
        long before = _kernel.Counters.Operations;
        _loop.Turn(mayWait: false);
        Require(_kernel.Counters.Operations == before, "The reactor waited with work to do");
    }

    // Takes connections from the queue without waiting: how many are in it is known.
    private void TakeAccepted()
    {
        while (_admitted.Count > 0 && !_isStopping && !Random.Chance(0.2))
        {
            UringConnection admitted = _admitted.Dequeue();
            ValueTask<Connection?> next = _queue.TakeAsync(out bool wasFull, default);
            if (!next.IsCompletedSuccessfully || next.Result != admitted)
                throw Mismatch("An accepted connection is not in the queue");
            if (wasFull)
                _listener.Update();
            SimulatedClient client = ClientOf(admitted);
            var handler = new SimulatedHandler(this, admitted, client);
            _handlers.Add(handler);
            handler.Start();
        }
    }

    // Clients of a UNIX socket have no names; they are accepted in the order in which they came.
    private SimulatedClient ClientOf(UringConnection connection)
    {
        SimulatedClient next = _clients[_taken++];
        bool isNamed = _address is IPEndPoint;
        if (isNamed && (!next.Matches(connection.RemoteEndPoint)
            || !connection.LocalEndPoint.Equals(_address)))
        {
            throw Mismatch(
                $"{next} is not {connection.RemoteEndPoint} at {connection.LocalEndPoint}");
        }

        return next;
    }

    private void Act()
    {
        for (int i = Random.Below(4); i > 0; i--)
            _ = ActOnce();
        if (_handlers.Count > 0 && Random.Chance(0.05))
        {
            SimulatedHandler handler = _handlers[Random.Below(_handlers.Count)];
            if (!handler.IsDone)
                handler.Connection.Input.CancelPendingRead();
        }

        if (_handlers.Count > 0 && Random.Chance(0.05))
        {
            SimulatedHandler handler = _handlers[Random.Below(_handlers.Count)];
            if (!handler.IsDone)
                handler.Connection.Output.CancelPendingFlush();
        }
    }

    // Whoever can do something does it; the first to be asked is the seed's choice.
    private bool ActOnce()
    {
        // One more than may be open at once: it waits until there is room.
        int active = _clients.Count(c => !c.IsDone);
        if (_clients.Count < _clientsMax && active <= _openMax && !_isStopping
            && (active == 0 || Random.Chance(0.3)))
        {
            SimulatedPeer peer = _kernel.Connect(_address);
            _clients.Add(new SimulatedClient(
                _clients.Count + 1, Random, peer, requestLengthMax: Math.Max(1, KeptMax)));
            return true;
        }

        int first = _clients.Count == 0 ? 0 : Random.Below(_clients.Count);
        for (int i = 0; i < _clients.Count; i++)
        {
            if (_clients[(first + i) % _clients.Count].Step())
                return true;
        }

        return false;
    }

    // The reactor waits. A lost wake-up is seen when it still does so after it was woken.
    private bool ActWhileParked()
    {
        if (_expectsWake)
            throw _kernel.Violation("a wake-up was lost");
        if (_hasOtherThread && Random.Chance(0.05))
        {
            _posted++;
            _expectsWake = true;
            _otherThread.Run(() => _loop.Post(new CallbackWork(_ => _ran++, null)));
            return true;
        }

        if (ActOnce())
            return true;
        if (!_hasOtherThread || !Waits.IsPending)
            return false;

        // Nothing else can happen: time passes for the handlers that wait.
        Waits.Turn++;
        _otherThread.Run(Waits.RunDue);
        return true;
    }

    private void RunDue()
    {
        if (_hasOtherThread && Random.Chance(0.5) && Waits.IsPending)
            _otherThread.Run(Waits.RunDue);
        else
            Waits.RunDue();
    }

    private void Stop()
    {
        _isStopping = true;
        foreach (SimulatedClient client in _clients)
            client.IsExcused = !client.IsDone;
        _listener.Stop();
        int limit = Waits.Turn + StopTurnsMax;
        while (!_listener.Closed.IsCompleted)
            TurnUntil(limit, "The listener does not stop");
        EndQueue();
        foreach (SimulatedHandler handler in _handlers)
            handler.Connection.Abort();
        while (_loop.ResourceCount != 0 || _ran != _posted || _handlers.Exists(h => !h.IsDone))
            TurnUntil(limit, "The reactor does not stop");
    }

    private void EndQueue()
    {
        if (_admitted.Count > 0)
        {
            DropUntaken();
            return;
        }

        // Whoever waits for a connection at that moment gets none.
        ValueTask<Connection?> pending = _queue.TakeAsync(out _, default);
        DropUntaken();
        bool hasEnded = pending.IsCompletedSuccessfully && pending.Result is null;
        Require(hasEnded, "A pending accept did not end");
    }

    private void DropUntaken()
    {
        foreach (Connection connection in _queue.End())
            ((UringConnection)connection).Drop();
    }

    private void TurnUntil(int limit, string otherwise)
    {
        Turn(mayWait: true);
        if (Waits.Turn > limit)
            throw Mismatch(otherwise);
    }

    private void RequireNothingLeft()
    {
        Require(_ran == _posted, "Posted work did not run, or ran twice");
        Require(_open == 0, "A connection was never closed");
        Require(_handlers.TrueForAll(h => h.IsDisposed), "A dispose never ended");
        Require(_loop.Receive.Held == 0, $"{_loop.Receive.Held} receive buffers are not home");
        Require(_loop.Counters.Connections == 0, "Connections are counted that are gone");
        Require(_loop.Counters.StaleCompletions == 0, "A completion met a resource that was gone");
        _loop.Dispose();
        _kernel.ThrowIfViolated();
        Require(_loop.Heap.MappedBytes == 0, $"Received to: {_loop.Heap.ReportLive()}");
        Require(_loop.SendBlocks.MappedBytes == 0, "Send blocks are not home");
        Require(_kernel.Provided.Count == 0, "The kernel still has buffers");
        Require(_kernel.Counters.ClosedBusy == 0, "A descriptor was closed with operations on it");
        Require(_kernel.Counters.StaleDescriptors == 0, "A closed descriptor was used");
        _ = _kernel.CloseDescriptor(_listenerFd);
        Require(_kernel.Descriptors.Count == 0, $"{_kernel.Descriptors.Count} descriptors leaked");
    }

    private void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw Mismatch(otherwise);
    }

    private SimulationMismatch Mismatch(string what) =>
        new($"{what} (turn {Waits.Turn}).\n{string.Join('\n', _clients)}\n{_kernel.Trace}");
}
