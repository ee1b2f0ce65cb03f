using System.Net;
using System.Net.Sockets;

namespace Sluice.Sockets.RingSockets;

/// <summary>A socket's address as the kernel writes it, and as .NET reads it.</summary>
internal static unsafe class SocketName
{
    /// <summary>The size of <c>struct sockaddr_storage</c>.</summary>
    public const int CapacityMax = 128;

    private const int UnixFamily = 1;
    private const int Inet6Family = 10;

    public static byte[] FromEndPoint(EndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return address.Buffer.Span[..address.Size].ToArray();
    }

    /// <summary>The address family of the kernel's, for <c>socket(2)</c>.</summary>
    public static int FamilyOf(ReadOnlySpan<byte> name) => BitConverter.ToUInt16(name);

    /// <summary>Our end of a socket.</summary>
    public static byte[] LocalOf(ISocketSystem system, int fd)
    {
        byte* name = stackalloc byte[CapacityMax];
        return Copy(name, system.GetLocalName(fd, name, CapacityMax));
    }

    /// <summary>The peer's end; empty if it is gone already.</summary>
    public static byte[] PeerOf(ISocketSystem system, int fd)
    {
        byte* name = stackalloc byte[CapacityMax];
        return Copy(name, system.GetPeerName(fd, name, CapacityMax));
    }

    /// <summary>
    /// The end point; for an empty name, that of a peer who was gone before we could ask, the
    /// unspecified address of the family of the other end.
    /// </summary>
    public static EndPoint ToEndPoint(ReadOnlySpan<byte> name, ReadOnlySpan<byte> otherEnd)
    {
        if (name.Length < sizeof(ushort))
        {
            return FamilyOf(otherEnd) switch
            {
                UnixFamily => Unnamed(),
                Inet6Family => new IPEndPoint(IPAddress.IPv6Any, 0),
                _ => new IPEndPoint(IPAddress.Any, 0),
            };
        }

        int family = FamilyOf(name);
        if (family == UnixFamily && name.Length == sizeof(ushort))
            return Unnamed();

        AddressFamily known = family switch
        {
            UnixFamily => AddressFamily.Unix,
            Inet6Family => AddressFamily.InterNetworkV6,
            _ => AddressFamily.InterNetwork,
        };
        var address = new SocketAddress(known, name.Length);
        name.CopyTo(address.Buffer.Span);
        EndPoint kind = family == UnixFamily
            ? new UnixDomainSocketEndPoint("/")
            : new IPEndPoint(IPAddress.Any, 0);
        return kind.Create(address);
    }

    // The constructor refuses an empty path; an address of nothing but a family is one.
    private static EndPoint Unnamed() =>
        new UnixDomainSocketEndPoint("/")
            .Create(new SocketAddress(AddressFamily.Unix, sizeof(ushort)));

    private static byte[] Copy(byte* name, int length) =>
        length <= 0 ? [] : new ReadOnlySpan<byte>(name, Math.Min(length, CapacityMax)).ToArray();
}
