using System.Net;
using Sluice.Simulation.Tests.Common;
using Sluice.Testing.Simulation;
using Sluice.Testing.Simulation.Files;
using Sluice.Uring;

namespace Sluice.Simulation.Tests.Reactors;

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

    public SimulatedClient(int id, SimulationRandom random, SimulatedPeer peer)
    {
        Id = id;
        _random = random;
        _peer = peer;
        int kind = random.Below(20);
        Handler = kind switch
        {
            < 12 => HandlerKind.Echo,
            < 15 => HandlerKind.Flood,
            < 17 => HandlerKind.Closer,
            < 19 => HandlerKind.Aborter,
            _ => HandlerKind.Deaf,
        };
        int end = random.Below(10);
        End = end < 7 ? ClientEnd.Orderly : end < 9 ? ClientEnd.Reset : ClientEnd.Close;
        Length = random.Chance(0.2) ? random.Between(0, 3) : random.Between(0, 2000);
        FloodLength = Handler == HandlerKind.Flood ? random.Between(0, 4000) : 0;
        _leaveAfter = random.Between(0, Math.Max(1, Length));
        _buffer = new byte[random.Chance(0.3) ? random.Between(1, 8) : random.Between(8, 512)];
    }

    public int Id { get; }

    public HandlerKind Handler { get; }

    public ClientEnd End { get; }

    /// <summary>Bytes that it sends, if it stays.</summary>
    public int Length { get; }

    /// <summary>Bytes that the handler sends of its own.</summary>
    public int FloodLength { get; }

    /// <summary>Whether nothing but a defect can break the connection.</summary>
    public bool IsOrderly =>
        End == ClientEnd.Orderly && Handler is HandlerKind.Echo or HandlerKind.Flood;

    public bool IsDone => _hasLeft;

    /// <summary>The program stopped before everything was over: anything may be cut off.</summary>
    public bool IsExcused { get; set; }

    /// <summary>What the handler sends, as a stream of <see cref="Pattern"/>.</summary>
    public int ReplyStream => Handler == HandlerKind.Flood ? ~Id : Id;

    /// <summary>Whether it is the client at this address.</summary>
    public bool Matches(EndPoint endPoint) =>
        endPoint is IPEndPoint ip && ip.Port == SimulatedAddress.Port(_peer.Address);

    /// <summary>Does one thing, if there is one to do.</summary>
    public bool Step()
    {
        if (_hasLeft || !_peer.IsConnected)
            return false;

        if (End != ClientEnd.Orderly && _sent >= _leaveAfter && _random.Chance(0.2))
            return Leave();
        return _random.Chance(0.5)
            ? TrySend() || TryReceive()
            : TryReceive() || TrySend();
    }

    public override string ToString() =>
        $"client {Id} ({Handler}, {End}): sent {_sent} of {Length}, received {_received}"
        + $"{(_peer.HasEnded ? ", ended" : "")} {_peer.Error}";

    private bool TrySend()
    {
        if (_isShut)
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
        int expected = Handler == HandlerKind.Flood ? FloodLength : Length;
        if (IsOrderly && !IsExcused && _received != expected)
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
            _peer.Close();
        return true;
    }
}
