using System.Net;

using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Testing.Campaigns.Servers;

/// <summary>A client and what it expects of the connection's handler.</summary>
internal sealed class SimulatedClient
{
    private readonly SimulationRandom _random;
    private readonly SimulatedPeer _peer;
    private readonly byte[] _buffer;
    private readonly int _leaveAfter;
    private int _sent;
    private int _received;
    private bool _isShut;
    private bool _hasLeft;
    private ConnectionEnding? _ownEnding;

    public SimulatedClient(
        int id, SimulationRandom random, SimulatedPeer peer, int requestLengthMax)
    {
        Id = id;
        _random = random;
        _peer = peer;
        Handler = random.Below(20) switch
        {
            < 6 => HandlerKind.Echo,
            < 12 => HandlerKind.Requests,
            < 14 => HandlerKind.Flood,
            < 16 => HandlerKind.Closer,
            < 18 => HandlerKind.Aborter,
            < 19 => HandlerKind.Impatient,
            _ => HandlerKind.Deaf,
        };
        End = random.Below(10) switch
        {
            < 7 => Handler == HandlerKind.Impatient ? ClientEnd.Silence : ClientEnd.Orderly,
            < 9 => ClientEnd.Reset,
            _ => ClientEnd.Close,
        };
        Length = random.Chance(0.2) ? random.Between(0, 3) : random.Between(0, 2000);
        Requests = new RequestPlan(id, requestLengthMax);
        if (Handler == HandlerKind.Requests)
            Length = Requests.LengthOf(random.Between(0, 40));
        ReplyLength = Handler switch
        {
            HandlerKind.Flood => random.Between(0, 4000),
            HandlerKind.Requests => Requests.ResponsesLength,
            _ => Length,
        };
        _leaveAfter = random.Between(0, Math.Max(1, Length));
        _buffer = new byte[random.Chance(0.3) ? random.Between(1, 8) : random.Between(8, 512)];
    }

    public int Id { get; }

    public HandlerKind Handler { get; }

    public ClientEnd End { get; }

    /// <summary>Bytes that it sends, if it stays.</summary>
    public int Length { get; }

    /// <summary>Bytes that the handler sends if both stay.</summary>
    public int ReplyLength { get; }

    /// <summary>What the bytes mean to a handler that answers requests.</summary>
    public RequestPlan Requests { get; }

    /// <summary>Whether nothing but a defect can break the connection.</summary>
    public bool IsOrderly =>
        End == ClientEnd.Orderly
        && Handler is HandlerKind.Echo or HandlerKind.Flood or HandlerKind.Requests;

    public bool IsDone => _hasLeft;

    /// <summary>The program stopped before everything was over: anything may be cut off.</summary>
    public bool IsExcused { get; set; }

    /// <summary>How many bytes the program must see before the end; null if there may be less.
    /// </summary>
    public int? SentBeforeEnd { get; private set; }

    public ConnectionEnding Ending
    {
        get
        {
            if (IsExcused)
                return ConnectionEnding.Stopped;
            if (IsOrderly)
                return ConnectionEnding.Orderly;
            return _ownEnding ?? Handler switch
            {
                HandlerKind.Aborter => ConnectionEnding.ServerAborted,
                HandlerKind.Deaf => ConnectionEnding.ServerDeaf,
                HandlerKind.Impatient => ConnectionEnding.TimedOut,
                _ => ConnectionEnding.ServerClosed,
            };
        }
    }

    /// <summary>What the handler sends, as a stream of <see cref="Pattern"/>.</summary>
    public int ReplyStream => Handler is HandlerKind.Flood or HandlerKind.Requests ? ~Id : Id;

    /// <summary>Whether it is the client at this address.</summary>
    public bool Matches(EndPoint endPoint) =>
        endPoint is IPEndPoint ip && SimulatedAddress.Of(ip).AsSpan().SequenceEqual(_peer.Address);

    /// <summary>Does one thing, if there is one to do.</summary>
    public bool Step()
    {
        if (_hasLeft || !_peer.IsConnected)
            return false;

        if (End is ClientEnd.Reset or ClientEnd.Close
            && _sent >= _leaveAfter && _random.Chance(0.2))
        {
            _ownEnding = End == ClientEnd.Reset
                ? ConnectionEnding.ClientReset
                : ConnectionEnding.ClientClosed;
            return Leave();
        }

        return _random.Chance(0.5)
            ? TrySend() || TryReceive()
            : TryReceive() || TrySend();
    }

    public override string ToString() =>
        $"client {Id} ({Handler}, {End}): sent {_sent} of {Length}, received {_received}"
        + $"{(_peer.HasEnded ? ", ended" : "")} {_peer.Error}";

    private bool TrySend()
    {
        if (_isShut || (End == ClientEnd.Silence && _sent >= _leaveAfter))
            return false;

        int wanted = Math.Min(_buffer.Length, Length - _sent);
        if (wanted > 1)
            wanted = _random.Between(1, wanted);
        Span<byte> bytes = _buffer.AsSpan(0, wanted);
        Pattern.Fill(bytes, Id, _sent);
        int sent = _peer.Send(bytes);
        _sent += sent;
        if (_peer.Error != Errno.None)
            return OnFailure();
        if (_sent == Length)
        {
            _peer.ShutdownSend();
            _isShut = true;
            SentBeforeEnd = _sent;
            return true;
        }

        return sent > 0;
    }

    private bool TryReceive()
    {
        int count = _peer.Receive(_buffer.AsSpan(0, _random.Between(1, _buffer.Length)));
        Pattern.Require(_buffer.AsSpan(0, count), ReplyStream, _received);
        _received += count;
        if (_peer.Error != Errno.None)
            return OnFailure();
        return _peer.HasEnded ? OnEnd() : count > 0;
    }

    private bool OnEnd()
    {
        if (IsOrderly && !IsExcused && _received != ReplyLength)
            throw new SimulationMismatch($"The end came too early: {this}.");
        return Leave();
    }

    private bool OnFailure()
    {
        if (IsOrderly && !IsExcused)
            throw new SimulationMismatch($"The connection broke: {this}.");
        return Leave();
    }

    private bool Leave()
    {
        _hasLeft = true;
        if (End == ClientEnd.Reset)
            _peer.Reset();
        else
            Close();
        return true;
    }

    // With unread bytes it would be a reset, which may overtake what was sent.
    private void Close()
    {
        if (_peer.Available == 0)
            SentBeforeEnd = _sent;
        _peer.Close();
    }
}
