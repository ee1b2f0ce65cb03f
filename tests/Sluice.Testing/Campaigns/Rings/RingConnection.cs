using Sluice.Testing.Simulation.Files;

namespace Sluice.Testing.Campaigns.Rings;

/// <summary>One connection of the <see cref="RingSimulation"/>, both ends.</summary>
internal sealed class RingConnection(int id, SimulatedPeer peer, int toReceive, int toSend)
{
    public int Id { get; } = id;

    public SimulatedPeer Peer { get; } = peer;

    /// <summary>Bytes that the peer sends to the program, and how far it is.</summary>
    public int ToReceive { get; } = toReceive;

    public int PeerSent { get; set; }

    /// <summary>Bytes that the program sends to the peer.</summary>
    public int ToSend { get; } = toSend;

    public int PeerReceived { get; set; }

    public int Fd { get; set; } = -1;

    public int Received { get; set; }

    public int Sent { get; set; }

    public bool IsReceiving { get; set; }

    public bool IsSending { get; set; }

    /// <summary>The program has seen the peer's end, or a failure.</summary>
    public bool HasEnded { get; set; }

    public bool IsStarved { get; set; }

    public bool IsReset { get; set; }

    public bool IsClosed { get; set; }

    public bool IsInFlight => IsReceiving || IsSending;
}
