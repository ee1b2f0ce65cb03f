using System.Net;
using Sluice.Uring;

namespace Sluice.Testing.Simulation.Files;

/// <summary>
/// Who listens where: the program's own listeners, and the peers of the test that the program
/// connects to.
/// </summary>
internal sealed class SimulatedNetwork(SimulatedKernel kernel)
{
    private const int FirstPort = 40000;

    private readonly Dictionary<string, List<SimulatedSocket>> _listeners = [];
    private readonly Dictionary<string, Action<SimulatedPeer>> _acceptors = [];
    private int _nextPort = FirstPort;

    /// <summary>Whether peers of IPv6 listeners come by IPv4, from mapped addresses.</summary>
    public bool PeersAreMapped { get; set; }

    public int Bind(SimulatedSocket socket, ReadOnlySpan<byte> address)
    {
        if (socket.State != SocketState.Fresh || address.Length < 3)
            return -(int)Errno.EINVAL;

        byte[] bound = address.ToArray();
        if (SimulatedAddress.Family(bound) != SimulatedAddress.FamilyUnix
            && SimulatedAddress.Port(bound) == 0)
        {
            SimulatedAddress.SetPort(bound, _nextPort++);
        }

        string key = SimulatedAddress.Key(bound);
        if (!_listeners.TryGetValue(key, out List<SimulatedSocket>? sharing))
            _listeners.Add(key, sharing = []);
        if (sharing.Count > 0 && !(socket.SharesPort && sharing.TrueForAll(s => s.SharesPort)))
            return -(int)Errno.EADDRINUSE;

        sharing.Add(socket);
        socket.Bind(bound);
        return 0;
    }

    public int Listen(SimulatedSocket socket, int backlog)
    {
        if (socket.State is not (SocketState.Bound or SocketState.Listening))
            return -(int)Errno.EINVAL;

        socket.Listen(backlog);
        return 0;
    }

    public void Forget(SimulatedSocket socket)
    {
        if (_listeners.TryGetValue(SimulatedAddress.Key(socket.LocalAddress), out var sharing))
            _ = sharing.Remove(socket);
    }

    public void OnConnect(EndPoint endPoint, Action<SimulatedPeer> accepted) =>
        _acceptors[SimulatedAddress.Key(SimulatedAddress.Of(endPoint))] = accepted;

    /// <summary>A peer connects to a listener of the program's; null if there is none.</summary>
    public SimulatedPeer? TryConnect(EndPoint endPoint)
    {
        byte[] address = SimulatedAddress.Of(endPoint);
        if (PickListener(SimulatedAddress.Key(address)) is not { } listener)
            return null;

        (StreamEnd ours, StreamEnd theirs) = CreatePair();
        byte[] from = NextAddress(SimulatedAddress.Family(address));
        listener.Arrive(new PendingConnection(theirs, from));
        return new SimulatedPeer(ours, from);
    }

    /// <summary>A socket of the program's connects: 0, or <c>-ECONNREFUSED</c>.</summary>
    public int StartConnect(SimulatedSocket socket, byte[] address)
    {
        string key = SimulatedAddress.Key(address);
        SimulatedSocket? listener = PickListener(key);
        _ = _acceptors.TryGetValue(key, out Action<SimulatedPeer>? accepted);
        if ((listener is null && accepted is null) || kernel.Meets(SimulationFault.ConnectRefused))
            return -(int)Errno.ECONNREFUSED;

        (StreamEnd ours, StreamEnd theirs) = CreatePair();
        byte[] from = NextAddress(SimulatedAddress.Family(address));
        socket.StartConnect(ours, from, address);
        if (listener is not null)
        {
            listener.Arrive(new PendingConnection(theirs, from));
            return 0;
        }

        ours.Establish();
        accepted!(new SimulatedPeer(theirs, address));
        return 0;
    }

    private SimulatedSocket? PickListener(string key)
    {
        if (!_listeners.TryGetValue(key, out List<SimulatedSocket>? sharing))
            return null;

        int count = sharing.Count(s => s.State == SocketState.Listening);
        return count == 0
            ? null
            : sharing.Where(s => s.State == SocketState.Listening)
                .ElementAt(count == 1 ? 0 : kernel.Random.Below(count));
    }

    private (StreamEnd First, StreamEnd Second) CreatePair() =>
        StreamEnd.CreatePair(NextCapacity(), NextCapacity());

    private int NextCapacity()
    {
        (int min, int max) = (kernel.Faults.SocketBufferMin, kernel.Faults.SocketBufferMax);
        return min == max ? max : kernel.Random.Between(min, max);
    }

    private byte[] NextAddress(int family)
    {
        if (family == SimulatedAddress.FamilyUnix)
            return SimulatedAddress.Unspecified(family);

        // All of its bytes differ, so that none can take another one's place.
        int port = _nextPort++;
        byte[] host = [10, 1, (byte)(port >> 8), (byte)port];
        if (family == SimulatedAddress.FamilyIPv6)
        {
            host = PeersAreMapped
                ? new IPAddress(host).MapToIPv6().GetAddressBytes()
                : [0xFD, .. new byte[11], .. host];
        }

        return SimulatedAddress.Of(new IPEndPoint(new IPAddress(host), port));
    }
}
