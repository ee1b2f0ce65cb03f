namespace Sluice.Sockets.ProxyProtocol;

/// <summary>How a connection begins.</summary>
/// <param name="IsAccepted">Whether it goes on.</param>
/// <param name="Feature">What the proxy said; null for a peer that is none.</param>
internal readonly record struct ProxyGreeting(bool IsAccepted, ProxyProtocolFeature? Feature);
