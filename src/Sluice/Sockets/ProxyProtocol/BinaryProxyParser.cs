using System.Buffers.Binary;
using System.Net;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// Version 2: a signature, the command, the family, a length, the addresses and TLVs.
/// </summary>
/// <remarks>
/// <code>
///  0            12       13     14      16
/// +------------+--------+------+-------+-----------+------+
/// | signature  | 2 | cmd| family| length| addresses | TLVs |
/// +------------+--------+------+-------+-----------+------+
/// </code>
/// </remarks>
internal static class BinaryProxyParser
{
    private const int CommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const int Version = 2;
    private const int Local = 0;
    private const int Proxy = 1;
    private const int UnixPathSize = 108;

    /// <param name="buffer">Begins as the signature does, as far as it goes.</param>
    /// <param name="limits">What the header may have at most.</param>
    public static ProxyHeaderParse Parse(ReadOnlySpan<byte> buffer, ProxyHeaderLimits limits)
    {
        if (buffer.Length > CommandAt)
        {
            if (buffer[CommandAt] >> 4 != Version)
                return ProxyHeaderParse.Malformed(ProxyHeaderError.BadVersion);
            if ((buffer[CommandAt] & 0xf) is not (Local or Proxy))
                return ProxyHeaderParse.Malformed(ProxyHeaderError.BadCommand);
        }

        bool isLocal = buffer.Length > CommandAt && (buffer[CommandAt] & 0xf) == Local;
        if (buffer.Length > FamilyAt && !isLocal && AddressSize(buffer[FamilyAt]) < 0)
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadFamily);
        if (buffer.Length < ProxyHeaderParser.FixedSize)
            return ProxyHeaderParse.NeedsMore;

        int length = ProxyHeaderParser.FixedSize
            + BinaryPrimitives.ReadUInt16BigEndian(buffer[LengthAt..]);
        if (length > limits.BytesMax)
            return ProxyHeaderParse.Malformed(ProxyHeaderError.TooLong);

        // What a LOCAL header and one without a family say besides is to be ignored.
        int addressSize = isLocal ? 0 : AddressSize(buffer[FamilyAt]);
        if (length - ProxyHeaderParser.FixedSize < addressSize)
            return ProxyHeaderParse.Malformed(ProxyHeaderError.TooShort);
        if (buffer.Length < length)
            return ProxyHeaderParse.NeedsMore;
        if (addressSize == 0)
            return ProxyHeaderParse.Complete(length, new ProxyHeader(Version, isLocal));
        return ParseWhole(buffer[..length], addressSize, limits);
    }

    private static ProxyHeaderParse ParseWhole(
        ReadOnlySpan<byte> header, int addressSize, ProxyHeaderLimits limits)
    {
        ReadOnlySpan<byte> body = header[ProxyHeaderParser.FixedSize..];
        ProxyHeaderError error = ProxyTlvParser.Check(
            header, ProxyHeaderParser.FixedSize + addressSize, limits.TlvsMax, out int tlvCount);
        if (error != ProxyHeaderError.None)
            return ProxyHeaderParse.Malformed(error);
        if (!TryParseAddresses(
            body[..addressSize], out EndPoint? source, out EndPoint? destination))
        {
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadAddress);
        }

        return ProxyHeaderParse.Complete(header.Length, new ProxyHeader(Version, isLocal: false)
        {
            Source = source,
            Destination = destination,
            Tlvs = ProxyTlvParser.Copy(body[addressSize..], tlvCount),
        });
    }

    /// <returns>The bytes of both addresses, 0 for none, and -1 for no family.</returns>
    private static int AddressSize(byte family) => family switch
    {
        0x00 => 0,
        0x11 or 0x12 => (2 * 4) + (2 * sizeof(ushort)),
        0x21 or 0x22 => (2 * 16) + (2 * sizeof(ushort)),
        0x31 or 0x32 => 2 * UnixPathSize,
        _ => -1,
    };

    private static bool TryParseAddresses(
        ReadOnlySpan<byte> body, out EndPoint? source, out EndPoint? destination)
    {
        if (body.Length == 2 * UnixPathSize)
        {
            destination = null;
            return UnixName.TryRead(body[..UnixPathSize], out source)
                && UnixName.TryRead(body[UnixPathSize..], out destination);
        }

        int size = (body.Length - (2 * sizeof(ushort))) / 2;
        ReadOnlySpan<byte> ports = body[(2 * size)..];
        source = new IPEndPoint(
            new IPAddress(body[..size]), BinaryPrimitives.ReadUInt16BigEndian(ports));
        destination = new IPEndPoint(
            new IPAddress(body.Slice(size, size)),
            BinaryPrimitives.ReadUInt16BigEndian(ports[sizeof(ushort)..]));
        return true;
    }
}
