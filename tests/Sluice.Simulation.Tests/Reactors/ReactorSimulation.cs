using System.Net;
using Sluice.Reactors;
using Sluice.Simulation.Tests.Common;
using Sluice.Sockets;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;

namespace Sluice.Simulation.Tests.Reactors;

/// <summary>
/// A server on one reactor and its clients, all on the calling thread over a simulated kernel,
/// from one seed: sizes, faults, who does what when.
/// </summary>
internal sealed class ReactorSimulation : IConnectionGate, IDisposable
{
    private const int TurnsMax = 60_000;
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    private readonly SimulatedKernel _kernel;
    private readonly FailingLogger _logger = new();
    private readonly ReactorLoop _loop;
    private readonly AcceptQueue _queue;
    private readonly ListenerChannel _listener;
    private readonly int _listenerFd;
    private readonly List<SimulatedClient> _clients = [];
    private readonly List<SimulatedHandler> _handlers = [];
    private readonly List<(int Turn, TaskCompletionSource Task)> _pauses = [];
    private readonly List<(int Turn, CancellationTokenSource Source)> _cancellations = [];
    private readonly Queue<UringConnection> _admitted = new();
    private readonly OtherThread _otherThread = new();
    private readonly bool _hasOtherThread;
    private readonly int _clientsMax;
    private readonly int _openMax;
    private int _turns;
    private int _open;
    private int _posted;
    private int _ran;
    private bool _expectsWake;
    private bool _isStopping;

    public ReactorSimulation(ulong seed)
    {
        Random = new SimulationRandom(~seed);
        SimulationFaults faults = (seed % 3) switch
        {
            0 => SimulationFaults.None,
            1 => SimulationFaults.Mild,
            _ => SimulationFaults.Wild,
        };
        _kernel = new SimulatedKernel(seed, faults) { Idle = ActWhileParked };
        if (Random.Chance(0.2))
            _kernel.Descriptors.Limit = Random.Between(6, 12);
        ReactorLoopOptions options = ChooseOptions();
        _loop = new ReactorLoop(_kernel, _kernel, options, _logger);
        _listenerFd = _kernel.Listen(Address, backlog: Random.Between(0, 4));
        _queue = new AcceptQueue(Random.Between(1, 4));
        _listener = new ListenerChannel(_loop, this, _listenerFd, Address, _queue, _logger);
        _hasOtherThread = Random.Chance(0.25);
        AcceptsOneByOne = Random.Chance(0.2);
        _clientsMax = Random.Between(1, 12);
        _openMax = Random.Between(1, 6);

        // What all connections keep at once must leave room in the buffers, or they all wait.
        int buffers = options.ReceiveBuffersMax / 2 / (_openMax + 1);
        KeptMax = Math.Max(0, (buffers - 2) * options.ReceiveBufferSize / 4);
    }

    public SimulationRandom Random { get; }

    /// <summary>What has happened so far.</summary>
    public SimulationCounters Counters => _kernel.Counters;

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
        (EndPoint local, EndPoint remote) = SocketName.EndsOf(_loop.System, fd);
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

    /// <summary>Lets a handler wait so many turns.</summary>
    public Task PauseAsync(int turns)
    {
        var pause = new TaskCompletionSource();
        _pauses.Add((_turns + turns, pause));
        return pause.Task;
    }

    /// <summary>A token that is cancelled within a few turns.</summary>
    public CancellationToken CancelSoon()
    {
        var source = new CancellationTokenSource();
        _cancellations.Add((_turns + Random.Between(0, 10), source));
        return source.Token;
    }

    /// <summary>Runs all of it and checks what must be true at the end.</summary>
    public void Run()
    {
        _listener.Update();
        int stopAt = Random.Chance(0.2) ? Random.Between(0, 200) : int.MaxValue;
        while (!IsOver && _turns < stopAt)
        {
            Act();
            Turn(mayWait: Random.Chance(0.7));
            if (_turns > TurnsMax)
                throw Mismatch("The server is stuck");
        }

        Stop();

        // What another thread gave back is collected by a turn.
        Turn(mayWait: false);
        RequireNothingLeft();
    }

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
        _turns++;

        // On this thread, user code runs between turns; only another one can wake the reactor.
        bool isWakeable = _hasOtherThread || (_pauses.Count == 0 && _cancellations.Count == 0);
        _loop.Turn(mayWait && isWakeable);
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
            SimulatedClient client = _clients.Find(c => c.Matches(admitted.RemoteEndPoint))!;
            var handler = new SimulatedHandler(this, admitted, client);
            _handlers.Add(handler);
            handler.Start();
        }
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
            SimulatedPeer peer = _kernel.Connect(Address);
            _clients.Add(new SimulatedClient(_clients.Count + 1, Random, peer));
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
        if (!_hasOtherThread || (_pauses.Count == 0 && _cancellations.Count == 0))
            return false;

        // Nothing else can happen: time passes for the handlers that wait.
        _turns++;
        _otherThread.Run(RunDueHere);
        return true;
    }

    private void RunDue()
    {
        if (_hasOtherThread && Random.Chance(0.5) && _pauses.Count + _cancellations.Count > 0)
            _otherThread.Run(RunDueHere);
        else
            RunDueHere();
    }

    private void RunDueHere()
    {
        foreach ((int Turn, TaskCompletionSource Task) pause in _pauses.ToArray())
        {
            if (pause.Turn <= _turns && _pauses.Remove(pause))
                pause.Task.SetResult();
        }

        foreach ((int Turn, CancellationTokenSource Source) due in _cancellations.ToArray())
        {
            if (due.Turn > _turns || !_cancellations.Remove(due))
                continue;
            due.Source.Cancel();
            due.Source.Dispose();
        }
    }

    private void Stop()
    {
        _isStopping = true;
        foreach (SimulatedClient client in _clients)
            client.IsExcused = true;
        _listener.Stop();
        int limit = _turns + 5_000;
        while (!_listener.Closed.IsCompleted)
            TurnUntil(limit, "The listener does not stop");
        foreach (Connection connection in _queue.End())
            ((UringConnection)connection).Drop();
        foreach (SimulatedHandler handler in _handlers)
            handler.Connection.Abort();
        while (_loop.ResourceCount != 0 || _ran != _posted || _handlers.Exists(h => !h.IsDone))
            TurnUntil(limit, "The reactor does not stop");
    }

    private void TurnUntil(int limit, string otherwise)
    {
        Turn(mayWait: true);
        if (_turns > limit)
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
        new($"{what} (turn {_turns}).\n{string.Join('\n', _clients)}\n{_kernel.Trace}");
}
