using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Fuzz.Engine;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Fuzz.Targets.Proxy;

/// <summary>
/// Version 2 of the PROXY protocol, against a parser that goes through the bytes one by one. The
/// input begins with the limits: how many TLVs, and how many bytes beyond the least.
/// </summary>
internal sealed class ProxyBinaryTarget : FuzzTarget
{
    private const int BytesLeast = 536;
    private const int Head = 16;
    private const int NameSize = 108;

    private static readonly byte[] Signature =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    private static readonly UTF8Encoding Strict = new(false, true);

    public override string Name => "proxy-binary";

    public override int LengthMax => 900;

    public override IReadOnlyList<byte[]> Words { get; } =
        [Signature, [0x20], [0x21, 0x11], [0x21, 0x21], [0x21, 0x31], [3, 0, 4], [0x20, 0, 0]];

    public override IEnumerable<byte[]> Seeds() =>
        [Build(0x21, 0x11, new byte[12]), Build(0x20, 0, []), Build(0x21, 0x31, new byte[216])];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        byte family = random.Pick<byte>(0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32, 0x41);
        var body = new List<byte>();
        if (family >> 4 == 3)
        {
            body.AddRange(UnixField(random));
            body.AddRange(UnixField(random));
        }
        else
        {
            body.AddRange(random.Bytes(AddressSize(family) ?? random.Below(40)));
        }

        for (int i = random.Below(5); i > 0; i--)
        {
            byte[] value = random.Bytes(random.Below(30));
            body.AddRange([(byte)random.Below(64), 0, (byte)value.Length, .. value]);
        }

        byte[] built = Build(random.Pick<byte>(0x20, 0x21, 0x21, 0x21, 0x22), family, [.. body]);
        built[0] = (byte)random.Below(8);
        if (random.OneIn(3))
            built = Seal([.. built, 3, 0, 4, 0, 0, 0, 0]);
        if (random.OneIn(3))
            built = [.. built, .. random.Bytes(random.Below(8))];
        return built;
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        var reader = new InputReader(input);
        int tlvsMax = reader.Byte();
        var limits = new ProxyHeaderLimits(BytesLeast + reader.Byte(), tlvsMax);
        ReadOnlySpan<byte> bytes = reader.Rest();
        if (bytes.IsEmpty || bytes[0] == '\r')
            ProxyCheck.Run(bytes, limits, Expect(bytes.ToArray(), limits), features);
    }

    private static byte[] Build(byte command, byte family, byte[] body) =>
        [8, 255, .. Signature, command, family,
            (byte)(body.Length >> 8), (byte)body.Length, .. body];

    // The last four bytes are to be the checksum.
    private static byte[] Seal(byte[] input)
    {
        int length = input.Length - 2 - Head;
        input[2 + 14] = (byte)(length >> 8);
        input[2 + 15] = (byte)length;
        uint checksum = Crc32C(input[2..]);
        for (int i = 0; i < 4; i++)
            input[^(i + 1)] = (byte)(checksum >> (8 * i));
        return input;
    }

    private static byte[] UnixField(FuzzRandom random)
    {
        var field = new byte[NameSize];
        for (int i = random.Below(2), end = random.Below(NameSize + 1); i < end; i++)
            field[i] = (byte)('a' + random.Below(26));
        return field;
    }

    private static int? AddressSize(int family) => family switch
    {
        0 => 0,
        0x11 or 0x12 => 12,
        0x21 or 0x22 => 36,
        0x31 or 0x32 => 216,
        _ => null,
    };

    private static ProxyExpectation Expect(byte[] bytes, ProxyHeaderLimits limits)
    {
        for (int i = 0; i < Math.Min(bytes.Length, Signature.Length); i++)
        {
            if (bytes[i] != Signature[i])
                return ProxyExpectation.Malformed;
        }

        bool isLocal = bytes.Length > 12 && bytes[12] == 0x20;
        if (bytes.Length > 12 && bytes[12] is not (0x20 or 0x21))
            return ProxyExpectation.Malformed;
        if (bytes.Length > 13 && !isLocal && AddressSize(bytes[13]) is null)
            return ProxyExpectation.Malformed;
        if (bytes.Length < Head)
            return ProxyExpectation.More;

        int length = Head + (bytes[14] * 256) + bytes[15];
        int addresses = isLocal ? 0 : AddressSize(bytes[13])!.Value;
        if (length > limits.BytesMax || length < Head + addresses)
            return ProxyExpectation.Malformed;
        if (bytes.Length < length)
            return ProxyExpectation.More;
        return addresses == 0
            ? new ProxyExpectation("complete", length)
            : ExpectWhole(bytes[..length], addresses, limits.TlvsMax);
    }

    private static ProxyExpectation ExpectWhole(byte[] header, int addresses, int tlvsMax)
    {
        var tlvs = new List<string>();
        int at = Head + addresses;
        while (at < header.Length)
        {
            if (header.Length - at < 3)
                return ProxyExpectation.Malformed;
            int size = (header[at + 1] * 256) + header[at + 2];
            if (at + 3 + size > header.Length)
                return ProxyExpectation.Malformed;
            byte[] value = header[(at + 3)..(at + 3 + size)];
            tlvs.Add($"{header[at]}={Convert.ToHexString(value)}");
            if (header[at] == 3 && !IsChecksum(header, at + 3, value))
                return ProxyExpectation.Malformed;
            at += 3 + size;
        }

        byte[] body = header[Head..(Head + addresses)];
        if (tlvs.Count > tlvsMax
            || !TryEndPoint(body, 0, out EndPoint? source)
            || !TryEndPoint(body, 1, out EndPoint? destination))
        {
            return ProxyExpectation.Malformed;
        }

        return new ProxyExpectation(
            "complete", header.Length, source, destination, string.Join(' ', tlvs));
    }

    private static bool TryEndPoint(byte[] body, int index, out EndPoint? endPoint)
    {
        if (body.Length == 2 * NameSize)
            return TryUnix(body.AsSpan(index * NameSize, NameSize), out endPoint);

        int size = (body.Length - 4) / 2;
        int port = (2 * size) + (2 * index);
        endPoint = new IPEndPoint(
            new IPAddress(body.AsSpan(index * size, size)),
            (body[port] * 256) + body[port + 1]);
        return true;
    }

    private static bool TryUnix(ReadOnlySpan<byte> field, out EndPoint? endPoint)
    {
        endPoint = null;
        int end = field.IndexOf((byte)0);
        if (end == 0)
            end = field.LastIndexOfAnyExcept((byte)0) + 1;
        if (end < 0)
            return false;

        try
        {
            string name = Strict.GetString(field[..end]);
            endPoint = name.Length == 0
                ? new UnixDomainSocketEndPoint("/").Create(new(AddressFamily.Unix, 2))
                : new UnixDomainSocketEndPoint(name);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsChecksum(byte[] header, int at, byte[] value)
    {
        if (value.Length != 4)
            return false;
        byte[] zeroed = [.. header];
        zeroed.AsSpan(at, 4).Clear();
        uint said = ((uint)value[0] << 24) | ((uint)value[1] << 16)
            | ((uint)value[2] << 8) | value[3];
        return Crc32C(zeroed) == said;
    }

    // Bit by bit, with the reversed polynomial of Castagnoli.
    private static uint Crc32C(byte[] bytes)
    {
        uint rest = uint.MaxValue;
        foreach (byte next in bytes)
        {
            rest ^= next;
            for (int bit = 0; bit < 8; bit++)
                rest = (rest & 1) == 0 ? rest >> 1 : (rest >> 1) ^ 0x82F6_3B78;
        }

        return ~rest;
    }
}
