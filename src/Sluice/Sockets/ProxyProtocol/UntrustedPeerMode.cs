namespace Sluice.Sockets.ProxyProtocol;

/// <summary>What happens to a connection that comes from no trusted network.</summary>
public enum UntrustedPeerMode
{
    /// <summary>It is closed before a byte of it is read.</summary>
    Refuse,

    /// <summary>
    /// It is served as it is, under its own address. No header is looked for: one that it sends is
    /// data.
    /// </summary>
    PassThrough,
}
