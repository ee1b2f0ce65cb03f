using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Testing.Simulation.Files;

/// <summary>The bytes of Linux's <c>struct sockaddr</c>, on any system.</summary>
internal static class SimulatedAddress
{
    public const int FamilyUnix = 1;
    public const int FamilyIPv4 = 2;
    public const int FamilyIPv6 = 10;

    private const int PortOffset = 2;
    private const int IPv4Size = 16;
    private const int IPv6Size = 28;

    public static byte[] Unspecified(int family)
    {
        byte[] address = new byte[
            family switch { FamilyIPv4 => IPv4Size, FamilyIPv6 => IPv6Size, _ => PortOffset }];
        BinaryPrimitives.WriteUInt16LittleEndian(address, (ushort)family);
        return address;
    }

    public static byte[] Of(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => Of(ip),
        UnixDomainSocketEndPoint unix => Of(unix),
        _ => throw new ArgumentException("Not an address.", nameof(endPoint)),
    };

    public static int Family(ReadOnlySpan<byte> address) =>
        BinaryPrimitives.ReadUInt16LittleEndian(address);

    /// <summary>The port; 0 for an address without one.</summary>
    public static int Port(ReadOnlySpan<byte> address) => Family(address) == FamilyUnix
        ? 0
        : BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]);

    public static void SetPort(Span<byte> address, int port) =>
        BinaryPrimitives.WriteUInt16BigEndian(address[PortOffset..], (ushort)port);

    /// <summary>
    /// What two addresses share if a connect to one reaches a listener on the other: the port, or
    /// the path. The host is not looked at: there is but one.
    /// </summary>
    public static string Key(ReadOnlySpan<byte> address) =>
        Family(address) == FamilyUnix
            ? "unix:" + Encoding.Latin1.GetString(address[PortOffset..].TrimEnd((byte)0))
            : "port:" + Port(address);

    private static byte[] Of(IPEndPoint endPoint)
    {
        bool isIPv4 = endPoint.AddressFamily == AddressFamily.InterNetwork;
        byte[] address = Unspecified(isIPv4 ? FamilyIPv4 : FamilyIPv6);
        SetPort(address, endPoint.Port);
        int offset = isIPv4 ? 4 : 8;
        endPoint.Address.GetAddressBytes().CopyTo(address, offset);
        return address;
    }

    private static byte[] Of(UnixDomainSocketEndPoint endPoint)
    {
        // An abstract name is printed with an at-sign for its leading zero.
        byte[] name = Encoding.UTF8.GetBytes(endPoint.ToString());
        if (name.Length > 0 && name[0] == (byte)'@')
            name[0] = 0;
        return [FamilyUnix, 0, .. name, 0];
    }
}
