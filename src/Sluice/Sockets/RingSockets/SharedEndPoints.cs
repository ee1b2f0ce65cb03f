using System.Net;
using System.Runtime.InteropServices;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// What connections have in common with the one before them: their own end, and the address of a
/// peer. Thousands of idle connections would have it as often.
/// </summary>
/// <remarks>
/// Any thread. What is known is what the last connection was given: where nothing is in common
/// there is nothing more to make than without this.
/// </remarks>
internal sealed class SharedEndPoints
{
    private IPEndPoint? _local;
    private IPAddress? _address;

    /// <summary>The end point of our side.</summary>
    /// <param name="address">As for <see cref="SocketName.ToAddress"/>.</param>
    /// <param name="port">The port.</param>
    public IPEndPoint LocalOf(ReadOnlySpan<byte> address, int port)
    {
        IPEndPoint? known = Volatile.Read(ref _local);
        if (known is not null && known.Port == port && Is(known.Address, address))
            return known;

        var local = new IPEndPoint(SocketName.ToAddress(address), port);
        Volatile.Write(ref _local, local);
        return local;
    }

    /// <summary>The end point of a peer, whose port is its own.</summary>
    /// <param name="address">As for <see cref="SocketName.ToAddress"/>.</param>
    /// <param name="port">The port.</param>
    public IPEndPoint RemoteOf(ReadOnlySpan<byte> address, int port) =>
        new(AddressOf(address), port);

    private IPAddress AddressOf(ReadOnlySpan<byte> address)
    {
        IPAddress? known = Volatile.Read(ref _address);
        if (known is not null && Is(known, address))
            return known;

        known = SocketName.ToAddress(address);
        Volatile.Write(ref _address, known);
        return known;
    }

    private static bool Is(IPAddress known, ReadOnlySpan<byte> address)
    {
        Span<byte> bytes = stackalloc byte[SocketName.Inet6AddressSize];
        if (!known.TryWriteBytes(bytes, out int length))
            return false;

        if (length != SocketName.InetAddressSize)
        {
            uint scope = (uint)known.ScopeId;
            MemoryMarshal.Write(bytes[length..], in scope);
            length += sizeof(uint);
        }

        return address.SequenceEqual(bytes[..length]);
    }
}
