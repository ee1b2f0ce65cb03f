using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// Who may say, in a PROXY protocol header before the first byte of a connection, for whom it
/// speaks, and how much of it is read. Read once, when listening starts.
/// </summary>
/// <remarks>
/// The protocol is that of HAProxy (<c>doc/proxy-protocol.txt</c>), versions 1 and 2. Whoever may
/// send a header may claim any address: name the networks of the proxies and nothing more.
/// </remarks>
public sealed class ProxyProtocolOptions
{
    private const int HeaderBytesLeast = 536;
    private const int HeaderBytesMost = ushort.MaxValue + 16;

    /// <summary>
    /// The networks of the proxies. A connection from there must begin with a header, or it is
    /// refused. Empty means that no address is trusted. Defaults to empty.
    /// </summary>
    public IList<IPNetwork> TrustedNetworks { get; } = [];

    /// <summary>
    /// Whether peers on a UNIX socket are proxies, too: whoever may open it is trusted. Defaults
    /// to false.
    /// </summary>
    public bool TrustUnixSockets { get; set; }

    /// <summary>
    /// What happens to a connection from any other address. Defaults to
    /// <see cref="UntrustedPeerMode.Refuse"/>.
    /// </summary>
    public UntrustedPeerMode UntrustedPeers { get; set; }

    /// <summary>
    /// How long a proxy has for the whole header, from accepting on. Defaults to five seconds.
    /// </summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The most bytes that a header of version 2 may have, from 536 to 65,551. One of version 1
    /// has at most 107. Defaults to 4,096.
    /// </summary>
    public int HeaderBytesMax { get; set; } = 4096;

    /// <summary>The most TLVs that a header may have. Defaults to 32.</summary>
    public int TlvsMax { get; set; } = 32;

    /// <summary>What measures the deadline. Defaults to the system's clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal ProxyHeaderLimits Limits => new(HeaderBytesMax, TlvsMax);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider, nameof(TimeProvider));
        if (!Enum.IsDefined(UntrustedPeers))
            throw Invalid(nameof(UntrustedPeers), UntrustedPeers, "Refuse or PassThrough");
        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout.TotalMilliseconds > int.MaxValue)
            throw Invalid(nameof(HeaderTimeout), HeaderTimeout, "positive and below 24 days");
        if (HeaderBytesMax is < HeaderBytesLeast or > HeaderBytesMost)
            throw Invalid(nameof(HeaderBytesMax), HeaderBytesMax, "536 to 65551");
        if (TlvsMax < 0)
            throw Invalid(nameof(TlvsMax), TlvsMax, "0 or more");
        if (TrustedNetworks.Count == 0
            && !TrustUnixSockets
            && UntrustedPeers == UntrustedPeerMode.Refuse)
        {
            throw new ArgumentException(
                $"{nameof(ProxyProtocolOptions)}.{nameof(TrustedNetworks)} is empty: every "
                + "connection would be refused. Name the networks of the proxies.");
        }
    }

    private static ArgumentException Invalid(string option, object value, string allowed) =>
        new($"{nameof(ProxyProtocolOptions)}.{option} is {value}; it must be {allowed}.");
}
