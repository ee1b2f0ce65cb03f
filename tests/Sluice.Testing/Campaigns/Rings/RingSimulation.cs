// Long: one random program, all of whose operations share its state.
using System.Net;
using System.Runtime.InteropServices;

using Sluice.Sockets.RingSockets;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Rings;

/// <summary>
/// A random program on the ring alone, next to a model of what is outstanding: each submission
/// ends exactly once, each byte arrives once and in order, each buffer comes home.
/// </summary>
internal sealed unsafe class RingSimulation : ISimulation
{
    private const int RoundsMax = 20_000;
    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 80);

    private readonly SimulatedKernel _kernel;
    private readonly SimulationRandom _random;
    private readonly Ring _ring;
    private readonly RingBuffers _buffers;
    private readonly int _listener;
    private readonly int _event;
    private readonly Timespec* _time = (Timespec*)NativeMemory.AllocZeroed((nuint)sizeof(Timespec));
    private readonly Dictionary<ulong, PendingOperation> _pending = [];
    private readonly List<RingConnection> _connections = [];
    private readonly int _connectionsMax;
    private readonly int _extrasMax;
    private readonly bool _neverWaits;
    private int _extras;
    private int _messages;
    private ulong _lastUserData;
    private bool _isAccepting;
    private bool _isSettling;

    public RingSimulation(ulong seed, SimulationLimits limits)
    {
        _random = new SimulationRandom(~seed);
        // A lost reset is not the ring's to find; who uses it must ask the socket.
        SimulationFaults faults = seed % 2 == 0 ? SimulationFaults.Mild : SimulationFaults.Wild;
        _kernel = new SimulatedKernel(seed, faults with { MissReset = 0 }, limits)
        {
            Idle = ActAsPeer,
        };
        if (_random.Chance(0.3))
            _kernel.UnknownSetupFlags |= RingSetupFlags.NoSqArray;
        uint entries = 1u << _random.Between(1, 4);
        _ring = Ring.Create(
            new RingOptions
            {
                Entries = entries,
                CompletionEntries = entries << _random.Between(0, 2),
                Flags = RingSetupFlags.SubmitAll | RingSetupFlags.NoSqArray
                    | RingSetupFlags.SingleIssuer
                    | (_random.Chance(0.7) ? RingSetupFlags.DeferTaskrun : RingSetupFlags.None),
                RegisterDescriptor = _random.Chance(0.5),
            },
            _kernel);
        _buffers = new RingBuffers(_ring, _random);
        _listener = _kernel.Listen(Address);
        _event = ((ISocketSystem)_kernel).CreateEvent();
        _connectionsMax = Math.Clamp(limits.ConnectionsMax, 1, _random.Between(1, 6));
        _neverWaits = _ring.SetupFlags.HasFlag(RingSetupFlags.DeferTaskrun) && _random.Chance(0.2);
        _extrasMax = _random.Between(0, 60);
    }

    public SimulatedKernel Kernel => _kernel;

    private bool IsOver =>
        _connections.Count == _connectionsMax
        && _connections.TrueForAll(c => c.IsClosed)
        && _extras >= _extrasMax;

    public void Run()
    {
        for (int round = 0; !IsOver; round++)
        {
            if (round > RoundsMax)
                throw Mismatch("The program is stuck");
            _ = ActAsPeer();
            _buffers.ProvideSome(all: _buffers.IsEmpty);
            Prepare();
            Enter();
            Drain(_random.Chance(0.7) ? int.MaxValue : _random.Between(0, 3));
        }

        Settle();
        _buffers.RequireAllKnown(_kernel);
        _kernel.ThrowIfViolated();
    }

    public void Report(CampaignCoverage coverage)
    {
        coverage.Add(_kernel);
        foreach (RingConnection connection in _connections)
        {
            coverage.Bytes += connection.Received + connection.Sent;
            coverage.Count(
                connection.IsReset ? ConnectionEnding.ClientReset : ConnectionEnding.Orderly);
        }
    }

    public void Abandon()
    {
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _ring.Dispose();
        NativeMemory.Free(_time);
    }

    // Ends what is left by cancelling it, until nothing is.
    private void Settle()
    {
        _isSettling = true;
        for (int round = 0; _pending.Count > 0 || _messages > 0; round++)
        {
            if (round > 1_000)
                throw Mismatch("Submissions never complete");
            if (round % 10 == 0 && TryBegin(new(RingOperationKind.Cancel), out Submission cancel))
                cancel.PrepareCancelAny();
            Enter();
            Drain(int.MaxValue);
        }

        if (_ring.SubmissionsPending != 0 || _ring.HasOverflown)
            throw Mismatch("Something is left in the ring");
    }

    private void Enter()
    {
        bool mayWait = !_neverWaits && _random.Chance(0.6);
        RingResult result = mayWait || _isSettling
            ? _ring.SubmitAndWait(1, TimeSpan.FromMilliseconds(10))
            : _ring.Submit();
        bool isExpected = result.IsSuccess
            || result.Error is Errno.EINTR or Errno.EAGAIN or Errno.EBUSY or Errno.ETIME;
        if (!isExpected)
            throw Mismatch($"An entry failed with {result.Error}");
    }

    private bool ActAsPeer()
    {
        bool isAlone = _connections.Count == 0;
        if (_connections.Count < _connectionsMax && (isAlone || _random.Chance(0.2)))
        {
            SimulatedPeer peer = _kernel.Connect(Address);
            _connections.Add(new RingConnection(
                _connections.Count + 1, peer, _random.Below(600), _random.Below(600)));
            return true;
        }

        int first = _random.Below(_connections.Count);
        for (int i = 0; i < _connections.Count; i++)
        {
            if (Step(_connections[(first + i) % _connections.Count]))
                return true;
        }

        return false;
    }

    private bool Step(RingConnection connection)
    {
        if (connection.IsReset || !connection.Peer.IsConnected)
            return false;
        if (_random.Chance(0.005))
        {
            connection.IsReset = true;
            connection.Peer.Reset();
            return true;
        }

        Span<byte> bytes = stackalloc byte[_random.Between(1, 64)];
        int count = connection.Peer.Receive(bytes);
        Pattern.Require(bytes[..count], ~connection.Id, connection.PeerReceived);
        connection.PeerReceived += count;

        int left = connection.ToReceive - connection.PeerSent;
        Span<byte> next = bytes[..Math.Min(bytes.Length, left)];
        Pattern.Fill(next, connection.Id, connection.PeerSent);
        int sent = connection.Peer.Send(next);
        connection.PeerSent += sent;
        if (left == 0)
            connection.Peer.ShutdownSend();
        return count > 0 || sent > 0;
    }

    private void Prepare()
    {
        if (!_isAccepting && TryBegin(new(RingOperationKind.Accept), out Submission accept))
        {
            accept.PrepareAcceptMultishot(_listener);
            _isAccepting = true;
        }

        foreach (RingConnection connection in _connections)
            Prepare(connection);
        if (_extras < _extrasMax && _random.Chance(0.5))
            PrepareExtra();
    }

    private void Prepare(RingConnection connection)
    {
        if (connection.Fd < 0 || connection.IsClosed)
            return;

        bool isDone = connection.HasEnded && connection.Sent == connection.ToSend;
        if (isDone && !connection.IsInFlight)
        {
            Finish(connection);
            return;
        }

        if (connection.IsStarved && !_buffers.IsEmpty)
            connection.IsStarved = false;
        if (!connection.IsReceiving && !connection.HasEnded && !connection.IsStarved
            && TryBegin(new(RingOperationKind.Receive, connection), out Submission receive))
        {
            receive.PrepareReceiveMultishot(connection.Fd, _buffers.Number);
            connection.IsReceiving = true;
        }

        int left = connection.ToSend - connection.Sent;
        if (!connection.IsSending && left > 0)
            PrepareSend(connection, _random.Between(1, left));
    }

    private void PrepareSend(RingConnection connection, int length)
    {
        nint memory = (nint)NativeMemory.Alloc((nuint)length);
        Pattern.Fill(new Span<byte>((void*)memory, length), ~connection.Id, connection.Sent);
        var pending = new PendingOperation(RingOperationKind.Send, connection)
        {
            Memory = memory,
            Length = length,
        };
        if (!TryBegin(pending, out Submission send))
        {
            NativeMemory.Free((void*)memory);
            return;
        }

        MessageFlags flags = _random.Chance(0.5) ? MessageFlags.WaitAll : MessageFlags.None;
        if (_random.Chance(0.3))
            send.PrepareSendZeroCopy(connection.Fd, memory, (uint)length, flags);
        else
            send.PrepareSend(connection.Fd, memory, (uint)length, flags);
        connection.IsSending = true;
    }

    private void PrepareExtra()
    {
        var kind = (RingOperationKind)_random.Between(
            (int)RingOperationKind.Nop, (int)RingOperationKind.Message);
        if (!TryBegin(new(kind), out Submission extra))
            return;

        _extras++;
        switch (kind)
        {
            case RingOperationKind.Timeout:
                *_time = Timespec.From(TimeSpan.FromMilliseconds(_random.Below(50)));
                extra.PrepareTimeout((nint)_time);
                break;
            case RingOperationKind.Poll:
                extra.PreparePollMultishot(_event, PollEvents.Readable);
                _ = ((ISocketSystem)_kernel).SignalEvent(_event);
                break;
            case RingOperationKind.Cancel:
                // Mostly somebody who is there, and now and then nobody.
                ulong someone = _pending.Keys.ElementAt(_random.Below(_pending.Count));
                extra.PrepareCancel(_random.Chance(0.2) ? ulong.MaxValue : someone);
                break;
            case RingOperationKind.Message:
                extra.PrepareMessageRing(_ring.Descriptor, 17, 0);
                _messages++;
                break;
            default:
                extra.PrepareNop();
                break;
        }
    }

    private bool TryBegin(PendingOperation operation, out Submission submission)
    {
        if (!_ring.TryGetSubmission(out submission))
            return false;

        submission.UserData = ++_lastUserData;
        _pending.Add(_lastUserData, operation);
        return true;
    }

    private void Drain(int limit)
    {
        int left = (int)Math.Min((uint)limit, _ring.CompletionsReady);
        while (left > 0)
        {
            ReadOnlySpan<Completion> ready = _ring.ReadyCompletions;
            ready = ready[..Math.Min(ready.Length, left)];
            foreach (ref readonly Completion completion in ready)
                OnCompletion(in completion);
            _ring.Advance(ready.Length);
            left -= ready.Length;
        }
    }

    private void OnCompletion(in Completion completion)
    {
        if (completion.UserData == 0 && completion.Result == 17)
        {
            _messages--;
            return;
        }

        if (!_pending.TryGetValue(completion.UserData, out PendingOperation? operation))
            throw Mismatch($"{completion.UserData} completes, and it is not outstanding");
        if (!completion.HasMore)
            _ = _pending.Remove(completion.UserData);

        switch (operation.Kind)
        {
            case RingOperationKind.Accept:
                OnAccepted(in completion);
                break;
            case RingOperationKind.Receive:
                OnReceived(operation.Connection!, in completion);
                break;
            case RingOperationKind.Send:
                OnSent(operation, in completion);
                break;
            case RingOperationKind.Message when completion.Result < 0:
                _messages--;
                break;
        }
    }

    private void OnAccepted(in Completion completion)
    {
        _isAccepting = completion.HasMore;
        if (completion.Result < 0)
            return;

        byte[] name = new byte[32];
        fixed (byte* p = name)
            _ = ((ISocketSystem)_kernel).GetPeerName(completion.Result, p, name.Length);
        RingConnection connection = _connections.Find(
            c => SimulatedAddress.Port(c.Peer.Address) == SimulatedAddress.Port(name))!;
        if (connection.Fd >= 0)
            throw Mismatch("A connection was accepted twice");
        connection.Fd = completion.Result;
    }

    private void OnReceived(RingConnection connection, in Completion completion)
    {
        connection.IsReceiving = completion.HasMore;
        if (completion.HasBuffer)
        {
            ReadOnlySpan<byte> bytes = _buffers.Take(in completion);
            Pattern.Require(bytes, connection.Id, connection.Received);
            connection.Received += bytes.Length;
        }

        if (completion.Result > 0)
            return;

        connection.IsStarved = completion.Error == Errno.ENOBUFS;
        bool isOver = completion.Error
            is not (Errno.ENOBUFS or Errno.ECANCELED or Errno.EINTR or Errno.EAGAIN);
        connection.HasEnded |= isOver;
        if (isOver && !connection.IsReset && connection.Received != connection.ToReceive)
            throw Mismatch($"{connection.Received} bytes were received, then {completion.Error}");
    }

    private void OnSent(PendingOperation operation, in Completion completion)
    {
        RingConnection connection = operation.Connection!;
        if (!operation.HasResult)
        {
            operation.HasResult = true;
            if (completion.IsNotification)
                throw Mismatch("A notification came before its result");
            bool isExpected = completion.Error is Errno.None or Errno.ECANCELED or Errno.EINTR;
            if (!isExpected && !connection.IsReset)
                throw Mismatch($"A send failed with {completion.Error}");
            connection.Sent += Math.Max(completion.Result, 0);
        }
        else if (!completion.IsNotification)
        {
            throw Mismatch("A send has two results");
        }

        if (completion.HasMore)
            return;

        connection.IsSending = false;
        NativeMemory.Free((void*)operation.Memory);
        if (connection.IsReset)
            connection.Sent = connection.ToSend;
    }

    private void Finish(RingConnection connection)
    {
        if (!connection.IsReset && connection.PeerReceived < connection.ToSend)
            return;

        connection.IsClosed = true;
        _ = ((ISocketSystem)_kernel).Close(connection.Fd);
    }

    private SimulationMismatch Mismatch(string what) => new($"{what}.\n{_kernel.Trace}");
}
