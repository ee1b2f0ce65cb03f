using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Sockets.RingSockets;

/// <summary>A socket's address as the kernel writes it, and as .NET reads it.</summary>
internal static unsafe class SocketName
{
    /// <summary>The size of <c>struct sockaddr_storage</c>.</summary>
    public const int CapacityMax = 128;

    /// <summary>The size of an address of IPv4.</summary>
    public const int InetAddressSize = 4;

    /// <summary>The size of an address of IPv6 with its scope, which follows it.</summary>
    public const int Inet6AddressSize = 20;

    private const int UnixFamily = 1;
    private const int Inet6Family = 10;

    public static byte[] FromEndPoint(EndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return address.Buffer.Span[..address.Size].ToArray();
    }

    /// <summary>The address family of the kernel's, for <c>socket(2)</c>.</summary>
    public static int FamilyOf(ReadOnlySpan<byte> name) => BitConverter.ToUInt16(name);

    /// <summary>Both ends of a connected socket.</summary>
    /// <param name="system">Where the socket is.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="shared">What the socket may have in common with those before it.</param>
    /// <returns>
    /// Of a peer who was gone before we could ask: the unspecified address of our end's family.
    /// </returns>
    public static (EndPoint Local, EndPoint Remote) EndsOf(
        ISocketSystem system, int fd, SharedEndPoints shared)
    {
        byte* local = stackalloc byte[CapacityMax];
        byte* remote = stackalloc byte[CapacityMax];
        ReadOnlySpan<byte> localName = Read(local, system.GetLocalName(fd, local, CapacityMax));
        ReadOnlySpan<byte> remoteName = Read(remote, system.GetPeerName(fd, remote, CapacityMax));
        return (
            ToEndPoint(localName, remoteName, isLocal: true, shared),
            ToEndPoint(remoteName, localName, isLocal: false, shared));
    }

    /// <summary>
    /// The end point; for an empty name the unspecified address of the family of the other end.
    /// </summary>
    /// <param name="name">As the kernel wrote it.</param>
    /// <param name="otherEnd">The name of the other end.</param>
    /// <param name="isLocal">Whether it is our end.</param>
    /// <param name="shared">What may be known of it already.</param>
    public static EndPoint ToEndPoint(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherEnd, bool isLocal, SharedEndPoints shared)
    {
        if (name.Length < sizeof(ushort))
            return Unspecified(otherEnd);

        int family = FamilyOf(name);
        if (family == UnixFamily)
            return name.Length == sizeof(ushort) ? Unnamed() : UnixEndPoint(name);

        ReadOnlySpan<byte> address = family == Inet6Family
            ? name.Slice(8, Inet6AddressSize)
            : name.Slice(4, InetAddressSize);
        return isLocal
            ? shared.LocalOf(address, PortOf(name))
            : shared.RemoteOf(address, PortOf(name));
    }

    /// <summary>An address from its bytes, and those of the scope if it is one of IPv6.</summary>
    public static IPAddress ToAddress(ReadOnlySpan<byte> address) =>
        address.Length == InetAddressSize
            ? new IPAddress(address)
            : new IPAddress(address[..16], MemoryMarshal.Read<uint>(address[16..]));

    private static EndPoint Unspecified(ReadOnlySpan<byte> otherEnd) =>
        (otherEnd.Length < sizeof(ushort) ? 0 : FamilyOf(otherEnd)) switch
        {
            UnixFamily => Unnamed(),
            Inet6Family => new IPEndPoint(IPAddress.IPv6Any, 0),
            _ => new IPEndPoint(IPAddress.Any, 0),
        };

    // The layouts are those of sockaddr_in and sockaddr_in6. By SocketAddress it would be three
    // objects more for each end of each connection.
    private static int PortOf(ReadOnlySpan<byte> name) =>
        BinaryPrimitives.ReadUInt16BigEndian(name[2..]);

    private static EndPoint UnixEndPoint(ReadOnlySpan<byte> name)
    {
        var address = new SocketAddress(AddressFamily.Unix, name.Length);
        name.CopyTo(address.Buffer.Span);
        return new UnixDomainSocketEndPoint("/").Create(address);
    }

    // The constructor refuses an empty path; an address of nothing but a family is one.
    private static EndPoint Unnamed() =>
        new UnixDomainSocketEndPoint("/")
            .Create(new SocketAddress(AddressFamily.Unix, sizeof(ushort)));

    private static ReadOnlySpan<byte> Read(byte* name, int length) =>
        new(name, Math.Clamp(length, 0, CapacityMax));
}
