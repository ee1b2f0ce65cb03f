using System.Buffers.Binary;
using System.Net;
using System.Numerics;
using System.Text;

namespace Sluice.Testing.Connections;

/// <summary>Makes PROXY protocol headers, by the protocol's text and not by our code.</summary>
public static class ProxyHeaderBytes
{
    private static readonly byte[] Signature =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>A line of version 1 and its end.</summary>
    public static byte[] Line(string line) => Encoding.Latin1.GetBytes(line + "\r\n");

    /// <summary>A header of version 2: command and family as they come, then the body.</summary>
    public static byte[] Binary(byte command, byte family, params ReadOnlySpan<byte> body)
    {
        byte[] header = new byte[Signature.Length + 4 + body.Length];
        Signature.CopyTo(header, 0);
        header[12] = command;
        header[13] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)body.Length);
        body.CopyTo(header.AsSpan(16));
        return header;
    }

    /// <summary>A header of version 2 for TCP, with TLVs as bytes.</summary>
    public static byte[] Tcp(
        IPEndPoint source, IPEndPoint destination, params ReadOnlySpan<byte> tlvs)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        byte[] from = source.Address.GetAddressBytes();
        byte[] ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)destination.Port);
        return Binary(
            0x21,
            from.Length == 4 ? (byte)0x11 : (byte)0x21,
            [.. from, .. destination.Address.GetAddressBytes(), .. ports, .. tlvs]);
    }

    /// <summary>One TLV.</summary>
    public static byte[] Tlv(byte type, params ReadOnlySpan<byte> value) =>
        [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>Writes the checksum of a header into its last four bytes, a TLV's value.</summary>
    public static byte[] Seal(byte[] header)
    {
        ArgumentNullException.ThrowIfNull(header);
        uint checksum = uint.MaxValue;
        foreach (byte value in header)
            checksum = BitOperations.Crc32C(checksum, value);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(header.Length - 4), ~checksum);
        return header;
    }
}
