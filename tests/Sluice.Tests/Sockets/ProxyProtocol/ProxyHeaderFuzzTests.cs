using System.Buffers;
using System.Net;
using System.Text;
using Sluice.Sockets.ProxyProtocol;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Sockets.ProxyProtocol;

/// <summary>Bytes of strangers: headers that are almost right, and noise.</summary>
public sealed class ProxyHeaderFuzzTests
{
    private const int Cases = 100_000;

    private static readonly string[] Words =
    [
        "PROXY", "TCP4", "TCP6", "UNKNOWN", "1.2.3.4", "::1", "0", "1", "65535", "65536", " ",
        "\r\n", "\n", "\0", "255.255.255.255", "fe80::%1", "\u00e9", "-1",
    ];

    [Fact]
    public void Parse_AnyBytes_KeepsItsPromises()
    {
        Random random = TestBytes.Source(20261121);
        int complete = 0;
        int malformed = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = Generate(random);
            var limits = new ProxyHeaderLimits(536 + random.Next(200), random.Next(8));

            ProxyHeaderParse parse = ProxyHeaderParser.Parse(bytes, limits);

            AssertKeepsPromises(parse, bytes, limits);
            int at = random.Next(bytes.Length + 1);
            ReadOnlySequence<byte> split =
                ProxyHeaderParserTests.Segments(bytes[..at], bytes[at..]);
            AssertSame(parse, ProxyHeaderParser.Parse(in split, limits));
            AssertMonotonous(parse, bytes, random.Next(bytes.Length + 1), limits);
            complete += parse.Status == ProxyHeaderStatus.Complete ? 1 : 0;
            malformed += parse.Status == ProxyHeaderStatus.Malformed ? 1 : 0;
        }

        // All ways are gone, or the generator is no good.
        Assert.InRange(complete, Cases / 10, Cases);
        Assert.InRange(malformed, Cases / 10, Cases);
        Assert.InRange(Cases - complete - malformed, Cases / 100, Cases);
    }

    private static void AssertKeepsPromises(
        in ProxyHeaderParse parse, byte[] bytes, ProxyHeaderLimits limits)
    {
        bool isComplete = parse.Status == ProxyHeaderStatus.Complete;
        Assert.Equal(isComplete, parse.Header is not null);
        Assert.Equal(isComplete, parse.Consumed > 0);
        Assert.Equal(
            parse.Status == ProxyHeaderStatus.Malformed, parse.Error != ProxyHeaderError.None);
        Assert.InRange(parse.Consumed, 0, Math.Min(bytes.Length, limits.BytesMax));

        // Never waits for more than it would take.
        if (parse.Status == ProxyHeaderStatus.NeedsMore)
            Assert.True(bytes.Length < limits.BytesMax);
        if (parse.Header is { } header)
        {
            Assert.InRange(header.Tlvs.Count, 0, limits.TlvsMax);
            Assert.Equal(header.Source is null, header.Destination is null);
            _ = header.Source?.Serialize();
            _ = $"{header.Source} {header.Destination}";
        }
    }

    // What is malformed stays so, and a shorter part never says more than the whole.
    private static void AssertMonotonous(
        in ProxyHeaderParse whole, byte[] bytes, int length, ProxyHeaderLimits limits)
    {
        ProxyHeaderParse part = ProxyHeaderParser.Parse(bytes.AsSpan(0, length), limits);
        if (part.Status != ProxyHeaderStatus.NeedsMore)
            AssertSame(part, whole);
    }

    private static void AssertSame(in ProxyHeaderParse expected, in ProxyHeaderParse actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.Error, actual.Error);
        Assert.Equal(expected.Consumed, actual.Consumed);
        Assert.Equal(expected.Header?.Source?.ToString(), actual.Header?.Source?.ToString());
        Assert.Equal(expected.Header?.Tlvs.Count, actual.Header?.Tlvs.Count);
    }

#pragma warning disable CA5394 // Reproducible on purpose.
    private static byte[] Generate(Random random)
    {
        byte[] bytes = random.Next(4) switch
        {
            0 => Line(random),
            1 => Encoding.Latin1.GetBytes("PROXY " + string.Join(
                random.Next(4) == 0 ? "" : " ", random.GetItems(Words, random.Next(8)))),
            2 => ProxyHeaderBytes.Tcp(EndPoint(random, 4), EndPoint(random, 4), Tlvs(random)),
            _ => ProxyHeaderBytes.Binary(
                (byte)random.GetItems<int>([0x20, 0x21, 0x21, random.Next(256)], 1)[0],
                (byte)random.GetItems<int>([0x11, 0x21, 0x31, 0, random.Next(256)], 1)[0],
                Noise(random, random.Next(300))),
        };
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length + 1)];
            case 1 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                return [.. bytes, .. Noise(random, random.Next(40))];
            default:
                return bytes;
        }
    }

    private static byte[] Line(Random random)
    {
        int size = random.Next(2) == 0 ? 4 : 16;
        IPEndPoint source = EndPoint(random, size);
        IPEndPoint destination = EndPoint(random, size);
        return ProxyHeaderBytes.Line(
            $"PROXY TCP{(size == 4 ? 4 : 6)} {source.Address} {destination.Address} "
            + $"{source.Port} {destination.Port}");
    }

    private static IPEndPoint EndPoint(Random random, int size) =>
        new(new IPAddress(Noise(random, size)), random.Next(65536));

    private static byte[] Tlvs(Random random)
    {
        byte[] tlvs = [];
        for (int i = random.Next(6); i > 0; i--)
        {
            tlvs = [.. tlvs, .. ProxyHeaderBytes.Tlv(
                (byte)random.Next(64), Noise(random, random.Next(90)))];
        }

        return tlvs;
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
#pragma warning restore CA5394
}
