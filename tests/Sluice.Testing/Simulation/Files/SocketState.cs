namespace Sluice.Testing.Simulation.Files;

/// <summary>What a <see cref="SimulatedSocket"/> is at the moment.</summary>
internal enum SocketState
{
    Fresh,
    Bound,
    Listening,
    Connecting,
    Connected,
}
