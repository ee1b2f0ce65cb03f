using System.Net;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// What connections have in common with the one before them: their own end, and the address of a
/// peer. Thousands of idle connections would have it as often.
/// </summary>
/// <remarks>
/// Any thread. What is known is replaced as a whole, by one write, so whoever reads it sees a name
/// and what belongs to it.
/// </remarks>
internal sealed class SharedEndPoints
{
    private Known<EndPoint>? _local;
    private Known<IPAddress>? _address;

    /// <summary>The end point of our side.</summary>
    /// <param name="name">As the kernel wrote it.</param>
    /// <param name="otherEnd">The name of the peer.</param>
    public EndPoint LocalOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherEnd)
    {
        Known<EndPoint>? known = Volatile.Read(ref _local);
        if (known is not null && name.SequenceEqual(known.Name))
            return known.Value;

        EndPoint local = SocketName.ToEndPoint(name, otherEnd);
        if (!name.IsEmpty)
            Volatile.Write(ref _local, new Known<EndPoint>(name.ToArray(), local));
        return local;
    }

    /// <summary>An address, see <see cref="SocketName.ToAddress"/>.</summary>
    public IPAddress AddressOf(ReadOnlySpan<byte> name)
    {
        Known<IPAddress>? known = Volatile.Read(ref _address);
        if (known is not null && name.SequenceEqual(known.Name))
            return known.Value;

        IPAddress address = SocketName.ToAddress(name);
        Volatile.Write(ref _address, new Known<IPAddress>(name.ToArray(), address));
        return address;
    }

    private sealed record Known<T>(byte[] Name, T Value);
}
