using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>TLVs: a byte for the type, two for the length, and the value.</summary>
internal static class ProxyTlvParser
{
    private const int HeadSize = 3;

    /// <summary>Checks all of them, and the checksum if there is one. Allocates nothing.</summary>
    /// <param name="header">The whole header.</param>
    /// <param name="from">Where the TLVs begin.</param>
    /// <param name="countMax">How many there may be.</param>
    /// <param name="count">How many there are.</param>
    public static ProxyHeaderError Check(
        ReadOnlySpan<byte> header, int from, int countMax, out int count)
    {
        count = 0;
        for (int at = from; at < header.Length;)
        {
            if (header.Length - at < HeadSize)
                return ProxyHeaderError.BadTlv;
            int length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (length > header.Length - at - HeadSize)
                return ProxyHeaderError.BadTlv;
            if (++count > countMax)
                return ProxyHeaderError.TooManyTlvs;
            if (header[at] == (byte)ProxyTlvType.Crc32c)
            {
                if (length != sizeof(uint))
                    return ProxyHeaderError.BadTlv;
                if (!HasChecksum(header, at + HeadSize))
                    return ProxyHeaderError.BadChecksum;
            }

            at += HeadSize + length;
        }

        return ProxyHeaderError.None;
    }

    /// <summary>Copies TLVs that were checked.</summary>
    public static ProxyTlv[] Copy(ReadOnlySpan<byte> tlvs, int count)
    {
        if (count == 0)
            return [];

        var copies = new ProxyTlv[count];
        ReadOnlyMemory<byte> values = tlvs.ToArray();
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(values.Span[1..]);
            copies[i] = new((ProxyTlvType)values.Span[0], values.Slice(HeadSize, length));
            values = values[(HeadSize + length)..];
        }

        return copies;
    }

    // Over the whole header, with zeros where the checksum stands.
    private static bool HasChecksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint checksum = Append(uint.MaxValue, header[..checksumAt]);
        checksum = BitOperations.Crc32C(checksum, 0u);
        checksum = ~Append(checksum, header[(checksumAt + sizeof(uint))..]);
        return checksum == BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]);
    }

    private static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            checksum = BitOperations.Crc32C(checksum, value);
        return checksum;
    }
}
