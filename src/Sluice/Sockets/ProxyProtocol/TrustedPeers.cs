using System.Net;
using System.Net.Sockets;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>Whose headers are believed.</summary>
internal sealed class TrustedPeers(IEnumerable<IPNetwork> networks, bool trustUnixSockets)
{
    private readonly IPNetwork[] _networks = [.. networks];

    public bool Contains(EndPoint? peer) => peer switch
    {
        IPEndPoint ip => Contains(ip.Address),
        UnixDomainSocketEndPoint => trustUnixSockets,
        _ => false,
    };

    // A listener for both families sees IPv4 peers under mapped addresses.
    private bool Contains(IPAddress address)
    {
        IPAddress? plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : null;
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address) || (plain is not null && network.Contains(plain)))
                return true;
        }

        return false;
    }
}
