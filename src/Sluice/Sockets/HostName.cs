using System.Net;
using System.Net.Sockets;

namespace Sluice.Sockets;

/// <summary>Connects to a name: to its addresses, one after the other, until one answers.</summary>
internal static class HostName
{
    /// <summary>Connects.</summary>
    /// <param name="endPoint">The name and the port.</param>
    /// <param name="connect">Connects to one address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SocketException">
    /// The name is not known, or what the last of its addresses said.
    /// </exception>
    public static async ValueTask<T> ConnectAsync<T>(
        DnsEndPoint endPoint,
        Func<EndPoint, CancellationToken, ValueTask<T>> connect,
        CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns
            .GetHostAddressesAsync(endPoint.Host, endPoint.AddressFamily, cancellationToken)
            .ConfigureAwait(false);
        for (int i = 0; i < addresses.Length - 1; i++)
        {
            try
            {
                return await connect(new IPEndPoint(addresses[i], endPoint.Port), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The next address may answer.
            }
        }

        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        return await connect(new IPEndPoint(addresses[^1], endPoint.Port), cancellationToken)
            .ConfigureAwait(false);
    }
}
