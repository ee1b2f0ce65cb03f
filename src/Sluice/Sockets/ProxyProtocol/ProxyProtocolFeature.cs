using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <inheritdoc cref="IProxyProtocolFeature"/>
internal sealed class ProxyProtocolFeature(
    ProxyHeader header, EndPoint? proxyEndPoint, EndPoint? socketEndPoint) : IProxyProtocolFeature
{
    public ProxyHeader Header { get; } = header;

    public EndPoint? ProxyEndPoint { get; } = proxyEndPoint;

    public EndPoint? SocketEndPoint { get; } = socketEndPoint;
}
