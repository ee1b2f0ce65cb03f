using System.Net;

namespace Sluice.Fuzz.Targets.Proxy;

/// <summary>What a PROXY protocol header is, by an oracle.</summary>
/// <param name="Status">"more", "malformed" or "complete".</param>
/// <param name="Consumed">Its length.</param>
/// <param name="Source">Who connected, if it says so.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Tlvs">Types and values, as text.</param>
internal sealed record ProxyExpectation(
    string Status,
    int Consumed = 0,
    EndPoint? Source = null,
    EndPoint? Destination = null,
    string Tlvs = "")
{
    public static readonly ProxyExpectation More = new("more");
    public static readonly ProxyExpectation Malformed = new("malformed");
}
