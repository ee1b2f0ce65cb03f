using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>A PROXY protocol header. Immutable, with memory of its own.</summary>
public sealed class ProxyHeader
{
    internal ProxyHeader(int version, bool isLocal)
    {
        Version = version;
        IsLocal = isLocal;
    }

    /// <summary>1 or 2.</summary>
    public int Version { get; }

    /// <summary>
    /// Whether the proxy speaks for itself (a health check, for instance): the connection keeps
    /// its own addresses. Only version 2 can say so.
    /// </summary>
    public bool IsLocal { get; }

    /// <summary>
    /// Who connected to the proxy. Null if it does not say (LOCAL, UNKNOWN, UNSPEC): the
    /// connection then keeps its own addresses.
    /// </summary>
    public EndPoint? Source { get; internal init; }

    /// <summary>Where the client connected to. Null when <see cref="Source"/> is.</summary>
    public EndPoint? Destination { get; internal init; }

    /// <summary>What else the proxy says, in its order; empty for version 1.</summary>
    public IReadOnlyList<ProxyTlv> Tlvs { get; internal init; } = [];
}
