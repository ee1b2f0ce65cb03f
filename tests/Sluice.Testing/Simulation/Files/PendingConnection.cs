namespace Sluice.Testing.Simulation.Files;

/// <summary>A connection that nobody has accepted yet.</summary>
internal readonly record struct PendingConnection(StreamEnd End, byte[] PeerAddress);
