namespace Sluice.Sockets.ProxyProtocol;

/// <summary>What a look at the first bytes of a connection has shown.</summary>
/// <param name="Status">How far the header has come.</param>
/// <param name="Error">Why it is none, if it is none.</param>
/// <param name="Consumed">The header's length in bytes, if it is complete; data follows it.</param>
/// <param name="Header">The header, if it is complete.</param>
internal readonly record struct ProxyHeaderParse(
    ProxyHeaderStatus Status, ProxyHeaderError Error, int Consumed, ProxyHeader? Header)
{
    public static ProxyHeaderParse NeedsMore => default;

    public static ProxyHeaderParse Malformed(ProxyHeaderError error) =>
        new(ProxyHeaderStatus.Malformed, error, 0, null);

    public static ProxyHeaderParse Complete(int consumed, ProxyHeader header) =>
        new(ProxyHeaderStatus.Complete, ProxyHeaderError.None, consumed, header);
}
