using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// What a proxy said about a connection, and the addresses that the socket really has. A feature
/// of connections, and so of requests, under Kestrel.
/// </summary>
public interface IProxyProtocolFeature
{
    /// <summary>The header.</summary>
    ProxyHeader Header { get; }

    /// <summary>The proxy: the other end of the socket.</summary>
    EndPoint? ProxyEndPoint { get; }

    /// <summary>Our end of the socket.</summary>
    EndPoint? SocketEndPoint { get; }
}
