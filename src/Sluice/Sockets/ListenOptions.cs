using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Sockets;

/// <summary>How to listen, and the options of the connections that are accepted.</summary>
public sealed class ListenOptions : ConnectionOptions
{
    // No property: what is bound from configuration is for Kestrel's transport, whose listeners
    // have this each on its own.
    private ProxyProtocolOptions? _proxyProtocol;

    /// <summary>
    /// Connections that the kernel completes and queues before they are accepted; it caps the
    /// number at <c>net.core.somaxconn</c>. Defaults to 4,096.
    /// </summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>
    /// Whether other sockets, of other processes too, may listen on the same port
    /// (<c>SO_REUSEPORT</c>). Defaults to false.
    /// </summary>
    public bool ReusePort { get; set; }

    /// <summary>
    /// Whether an IPv6 listener takes IPv4 connections too. Null means yes for
    /// <c>IPAddress.IPv6Any</c> and no for any other address. Defaults to null.
    /// </summary>
    public bool? DualMode { get; set; }

    /// <summary>
    /// Accepted connections that may wait for <see cref="ConnectionListener.AcceptAsync"/>;
    /// beyond that they wait in the kernel's backlog. Defaults to 256.
    /// </summary>
    public int AcceptQueueMax { get; set; } = 256;

    /// <summary>
    /// Reads a PROXY protocol header from each connection that comes from a trusted network, and
    /// gives the connection the addresses of the client; see
    /// <see cref="Connection.ProxyProtocol"/>. Without this call none is looked for.
    /// </summary>
    /// <param name="configure">Names the trusted networks, at least.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ListenOptions UseProxyProtocol(Action<ProxyProtocolOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProxyProtocolOptions();
        configure(options);
        options.Validate();
        _proxyProtocol = options;
        return this;
    }

    internal ProxyProtocolOptions? GetProxyProtocol() => _proxyProtocol;

    internal new void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Backlog, nameof(Backlog));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(AcceptQueueMax, nameof(AcceptQueueMax));
    }

    internal ListenOptions Copy() => (ListenOptions)MemberwiseClone();
}
