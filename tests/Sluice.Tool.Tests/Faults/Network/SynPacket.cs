using System.Buffers.Binary;
using System.Net;

namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>The first packet of a connection that will have no second one, from nobody.</summary>
internal static class SynPacket
{
    private const int IpSize = 20;
    private const int TcpSize = 20;

    // 198.18.0.0/15, a network for measurements (RFC 2544): nobody is there.
    private const uint Sources = 0xC612_0000;
    private const uint SourcesMask = 0xFFFE_0000;

    /// <summary>Whether a packet goes to one of those that are not there.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> packet) =>
        packet.Length >= IpSize
        && packet[0] >> 4 == 4
        && (BinaryPrimitives.ReadUInt32BigEndian(packet[16..]) & SourcesMask) == Sources;

    public static byte[] Build(IPEndPoint to, uint number)
    {
        var packet = new byte[IpSize + TcpSize];
        packet[0] = 0x45;
        packet[3] = IpSize + TcpSize;
        packet[8] = 64; // hops
        packet[9] = 6; // TCP
        BinaryPrimitives.WriteUInt32BigEndian(
            packet.AsSpan(12), Sources | (number & ~SourcesMask));
        to.Address.TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet, 0, IpSize, 0));

        Span<byte> tcp = packet.AsSpan(IpSize);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(1024 + (number % 60_000)));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], number * 2_654_435_761);
        tcp[12] = 5 << 4; // words
        tcp[13] = 2; // SYN
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], ushort.MaxValue);

        // With both addresses, the protocol and the length before it.
        BinaryPrimitives.WriteUInt16BigEndian(
            tcp[16..], Checksum(packet, 12, packet.Length, 6 + TcpSize));
        return packet;
    }

    private static ushort Checksum(byte[] packet, int from, int to, uint begin)
    {
        uint sum = begin;
        for (int at = from; at < to; at += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
