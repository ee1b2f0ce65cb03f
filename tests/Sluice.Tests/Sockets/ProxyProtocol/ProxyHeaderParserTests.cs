using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Sockets.ProxyProtocol;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Sockets.ProxyProtocol;

public sealed class ProxyHeaderParserTests
{
    private static readonly ProxyHeaderLimits Limits = new(BytesMax: 600, TlvsMax: 4);
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:50123");
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.9:443");
    private static readonly IPEndPoint Client6 = IPEndPoint.Parse("[2001:db8::7]:50123");
    private static readonly IPEndPoint Server6 = IPEndPoint.Parse("[2001:db8::9]:443");

    /// <summary>Whole headers, and the client that each names.</summary>
    public static TheoryData<byte[], string?> Whole => new()
    {
        { ProxyHeaderBytes.Line("PROXY TCP4 192.0.2.7 198.51.100.9 50123 443"), "192.0.2.7:50123" },
        { ProxyHeaderBytes.Line("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535"), "0.0.0.0:0" },
        {
            ProxyHeaderBytes.Line("PROXY TCP6 2001:db8::7 2001:DB8::9 50123 443"),
            "[2001:db8::7]:50123"
        },
        { ProxyHeaderBytes.Line("PROXY TCP6 ::ffff:192.0.2.7 :: 1 2"), "[::ffff:192.0.2.7]:1" },
        {
            ProxyHeaderBytes.Line(
                "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"),
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        },
        { ProxyHeaderBytes.Line("PROXY UNKNOWN"), null },
        { ProxyHeaderBytes.Line("PROXY UNKNOWN and " + new string('x', 87)), null },
        { ProxyHeaderBytes.Tcp(Client, Server), "192.0.2.7:50123" },
        { ProxyHeaderBytes.Tcp(Client6, Server6), "[2001:db8::7]:50123" },
        { ProxyHeaderBytes.Tcp(Client, Server, ProxyHeaderBytes.Tlv(5, 1, 2)), "192.0.2.7:50123" },
        { ProxyHeaderBytes.Tcp(Client, Server, new byte[3 * 4]), "192.0.2.7:50123" },
        {
            ProxyHeaderBytes.Tcp(Client, Server, ProxyHeaderBytes.Tlv(5, new byte[569])),
            "192.0.2.7:50123"
        },
        { ProxyHeaderBytes.Binary(0x21, 0x12, new byte[12]), "0.0.0.0:0" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, Unix("/run/client", "/run/server")), "/run/client" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, Unix("", "/run/server")), "" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, Unix("\0name", "/run/server")), "@name" },
        {
            ProxyHeaderBytes.Binary(0x21, 0x31, Unix(new string('x', 107), "/s")),
            new string('x', 107)
        },
        { ProxyHeaderBytes.Binary(0x21, 0x00), null },
        { ProxyHeaderBytes.Binary(0x21, 0x00, 1, 2, 3, 4), null },
        { ProxyHeaderBytes.Binary(0x20, 0x00), null },
        { ProxyHeaderBytes.Binary(0x20, 0x11, 1, 2, 3), null },
        { ProxyHeaderBytes.Binary(0x20, 0xff, new byte[584]), null },
    };

    /// <summary>What is no header, and why.</summary>
    public static TheoryData<byte[], string> Malformed => new()
    {
        { "GET / HTTP/1.1\r\n"u8.ToArray(), "NoSignature" },
        { [0x16, 3, 1], "NoSignature" },
        { [0], "NoSignature" },
        { "PROXy"u8.ToArray(), "NoSignature" },
        { "proxy TCP4"u8.ToArray(), "NoSignature" },
        { "PROXY\r\n"u8.ToArray(), "NoSignature" },
        { "\r\n\r\nG"u8.ToArray(), "NoSignature" },
        { ProxyHeaderBytes.Line("PROXY "), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY TCP4"), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 1"), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3"), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 "), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY TCP4  1.2.3.4 1.2.3.4 1"), "BadAddress" },
        { "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n"u8.ToArray(), "BadLine" },
        { "PROXY \n"u8.ToArray(), "BadLine" },
        { ProxyHeaderBytes.Line("PROXY UNKNOWNX 1.2.3.4 1.2.3.4 1 2"), "BadFamily" },
        { ProxyHeaderBytes.Line("PROXY TCP5 1.2.3.4 1.2.3.4 1 2"), "BadFamily" },
        { ProxyHeaderBytes.Line("PROXY tcp4 1.2.3.4 1.2.3.4 1 2"), "BadFamily" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4.5 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.256 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.04 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 0x1.2.3.4 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 16909060 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 ::1 ::1 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP6 1.2.3.4 1.2.3.4 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP6 fe80::1%1 ::1 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP6 ::1.2.3.04 ::1 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP6 [::1] ::1 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP6 1::2::3 ::1 1 2"), "BadAddress" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2"), "BadPort" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 1 +2"), "BadPort" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 01 2"), "BadPort" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4  2"), "BadPort" },
        { ProxyHeaderBytes.Line("PROXY TCP4 1.2.3.4 1.2.3.4 1 99999999999"), "BadPort" },
        { ProxyHeaderBytes.Line("PROXY UNKNOWN and " + new string('x', 88)), "LineTooLong" },
        { ProxyHeaderBytes.Binary(0x11, 0x11, new byte[12]), "BadVersion" },
        { ProxyHeaderBytes.Binary(0x31, 0x11, new byte[12]), "BadVersion" },
        { ProxyHeaderBytes.Binary(0x22, 0x11, new byte[12]), "BadCommand" },
        { ProxyHeaderBytes.Binary(0x21, 0x13, new byte[12]), "BadFamily" },
        { ProxyHeaderBytes.Binary(0x21, 0x01, new byte[12]), "BadFamily" },
        { ProxyHeaderBytes.Binary(0x21, 0x41, new byte[12]), "BadFamily" },
        { ProxyHeaderBytes.Binary(0x21, 0x11, new byte[11]), "TooShort" },
        { ProxyHeaderBytes.Binary(0x21, 0x21, new byte[35]), "TooShort" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, new byte[215]), "TooShort" },
        { ProxyHeaderBytes.Binary(0x20, 0x00, new byte[585]), "TooLong" },
        { ProxyHeaderBytes.Binary(0x21, 0x11, new byte[ushort.MaxValue]), "TooLong" },
        { ProxyHeaderBytes.Tcp(Client, Server, 5, 0), "BadTlv" },
        { ProxyHeaderBytes.Tcp(Client, Server, 5, 0, 2, 1), "BadTlv" },
        { ProxyHeaderBytes.Tcp(Client, Server, 5, 0xff, 0xff, 1), "BadTlv" },
        { ProxyHeaderBytes.Tcp(Client, Server, ProxyHeaderBytes.Tlv(3, 1, 2, 3)), "BadTlv" },
        {
            ProxyHeaderBytes.Tcp(Client, Server, ProxyHeaderBytes.Tlv(3, 1, 2, 3, 4)),
            "BadChecksum"
        },
        { ProxyHeaderBytes.Tcp(Client, Server, new byte[3 * 5]), "TooManyTlvs" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, Unix(new string('x', 108), "/s")), "BadAddress" },
        { ProxyHeaderBytes.Binary(0x21, 0x31, Unix("\u00ff", "/s")), "BadAddress" },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Parse_WholeHeader_NamesTheClientAndLeavesTheData(byte[] header, string? client)
    {
        ProxyHeaderParse parse = ProxyHeaderParser.Parse([.. header, .. "data"u8], Limits);

        Assert.Equal(ProxyHeaderStatus.Complete, parse.Status);
        Assert.Equal(header.Length, parse.Consumed);
        Assert.Equal(client, parse.Header!.Source?.ToString());
        Assert.Equal(client is null, parse.Header.Destination is null);
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Parse_EveryPrefix_NeedsMore(byte[] header, string? client)
    {
        _ = client;
        for (int i = 0; i < header.Length; i++)
        {
            Assert.Equal(
                ProxyHeaderParse.NeedsMore, ProxyHeaderParser.Parse(header.AsSpan(0, i), Limits));
        }
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Parse_EverySplit_IsTheSame(byte[] header, string? client)
    {
        byte[] bytes = [.. header, .. "data"u8];
        for (int i = 0; i <= bytes.Length; i++)
        {
            ReadOnlySequence<byte> split = Segments(bytes[..i], bytes[i..]);

            ProxyHeaderParse parse = ProxyHeaderParser.Parse(in split, Limits);

            Assert.Equal(ProxyHeaderStatus.Complete, parse.Status);
            Assert.Equal(header.Length, parse.Consumed);
            Assert.Equal(client, parse.Header!.Source?.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Parse_Malformed_SaysWhy(byte[] bytes, string error)
    {
        ProxyHeaderParse parse = ProxyHeaderParser.Parse(bytes, Limits);
        ReadOnlySequence<byte> split = Segments(bytes[..1], bytes[1..]);

        Assert.Equal(ProxyHeaderStatus.Malformed, parse.Status);
        Assert.Equal(error, parse.Error.ToString());
        Assert.Null(parse.Header);
        Assert.Equal(parse, ProxyHeaderParser.Parse(in split, Limits));
    }

    [Fact]
    public void Parse_TooLong_IsRefusedBeforeItsBytesArrive()
    {
        byte[] header = ProxyHeaderBytes.Binary(0x21, 0x11, new byte[ushort.MaxValue]);

        ProxyHeaderParse parse = ProxyHeaderParser.Parse(header.AsSpan(0, 16), Limits);

        Assert.Equal(ProxyHeaderError.TooLong, parse.Error);
    }

    [Fact]
    public void Parse_Tlvs_AreCopied()
    {
        byte[] header = ProxyHeaderBytes.Seal(ProxyHeaderBytes.Tcp(
            Client,
            Server,
            [
                .. ProxyHeaderBytes.Tlv(2, "example.org"u8),
                .. ProxyHeaderBytes.Tlv(0xE0),
                .. ProxyHeaderBytes.Tlv(3, new byte[4]),
            ]));

        ProxyHeaderParse parse = ProxyHeaderParser.Parse(header, Limits);
        header.AsSpan().Clear();

        IReadOnlyList<ProxyTlv> tlvs = parse.Header!.Tlvs;
        Assert.Equal(
            [ProxyTlvType.Authority, (ProxyTlvType)0xE0, ProxyTlvType.Crc32c],
            tlvs.Select(tlv => tlv.Type));
        Assert.Equal("example.org"u8.ToArray(), tlvs[0].Value.ToArray());
        Assert.True(tlvs[1].Value.IsEmpty);
        Assert.Equal(2, parse.Header.Version);
        Assert.Equal(Server, parse.Header.Destination);
    }

    [Theory]
    [InlineData(0x20, true)]
    [InlineData(0x21, false)]
    public void Parse_Command_TellsWhetherTheProxySpeaksForItself(int command, bool isLocal)
    {
        byte[] header = ProxyHeaderBytes.Binary((byte)command, 0);

        Assert.Equal(isLocal, ProxyHeaderParser.Parse(header, Limits).Header!.IsLocal);
    }

    [Fact]
    public void Parse_NeedsMore_AllocatesNothing()
    {
        byte[] header = ProxyHeaderBytes.Tcp(
            Client, Server, ProxyHeaderBytes.Tlv(5, new byte[500]));
        ReadOnlySequence<byte> split = Segments(header[..20], header[20..^1]);
        _ = ProxyHeaderParser.Parse(in split, Limits);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ProxyHeaderParse parse = ProxyHeaderParser.Parse(in split, Limits);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(ProxyHeaderStatus.NeedsMore, parse.Status);
        Assert.Equal(0, allocated);
    }

    internal static ReadOnlySequence<byte> Segments(params ReadOnlySpan<byte[]> parts)
    {
        var first = new Segment(parts[0], null);
        Segment last = first;
        foreach (byte[] part in parts[1..])
            last = new Segment(part, last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static byte[] Unix(string source, string destination)
    {
        byte[] body = new byte[2 * 108];
        Encoding.Latin1.GetBytes(source).CopyTo(body, 0);
        Encoding.Latin1.GetBytes(destination).CopyTo(body, 108);
        return body;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
