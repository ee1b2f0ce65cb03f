using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Fuzz.Engine;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Fuzz.Targets.Proxy;

/// <summary>Version 1 of the PROXY protocol, against a regular expression.</summary>
internal sealed partial class ProxyLineTarget : FuzzTarget
{
    private const int LineMax = 107;
    private const string Start = "PROXY ";

    private static readonly ProxyHeaderLimits Limits = new(4096, 32);

    private static readonly string[] Texts =
    [
        "PROXY ", "TCP4", "TCP6", "UNKNOWN", " ", "\r\n", "\n", "\r", "0", "255", "256", "65535",
        "65536", "00", "01", "::", "1:2:3:4:5:6:7:8", "fe80::1", "::ffff:1.2.3.4", "1.2.3.4", ".",
        ":", "%1", "+1", "-1", "0x1", "\0",
    ];

    public override string Name => "proxy-line";

    public override int LengthMax => 200;

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. Texts.Select(Encoding.Latin1.GetBytes)];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [.. "PROXY TCP4 1.2.3.4 5.6.7.8 1 65535\r\nGET"u8],
        [.. "PROXY TCP6 ::1 fe80::2 80 443\r\n"u8],
        [.. "PROXY UNKNOWN\r\n"u8],
    ];

    public override byte[] Reshape(byte[] input, FuzzRandom random)
    {
        if (random.OneIn(4))
        {
            string[] words = [.. Enumerable.Range(0, random.Below(9))
                .Select(_ => Texts[random.Below(Texts.Length)])];
            return Encoding.Latin1.GetBytes(Start + string.Concat(words));
        }

        int size = random.OneIn(2) ? 4 : 16;
        string[] fields =
        [
            size == 4 ? "TCP4" : "TCP6", Address(size, random), Address(size, random),
            $"{random.Below(65536)}", $"{random.Below(65536)}",
        ];
        if (random.OneIn(2))
            fields[random.Below(fields.Length)] = Texts[random.Below(Texts.Length)];
        return Encoding.Latin1.GetBytes($"{Start}{string.Join(' ', fields)}\r\n");
    }

    public override void Run(ReadOnlySpan<byte> input, Features features)
    {
        // What begins as version 2 does is another target's.
        if (input.IsEmpty || input[0] != '\r')
            ProxyCheck.Run(input, Limits, Expect(Encoding.Latin1.GetString(input)), features);
    }

    private static string Address(int size, FuzzRandom random)
    {
        byte[] bytes = random.Bytes(size);
        for (int i = 0; size == 16 && i < size; i++)
            bytes[i] = random.OneIn(2) ? (byte)0 : bytes[i];
        return new IPAddress(bytes).ToString();
    }

    private static ProxyExpectation Expect(string text)
    {
        int compared = Math.Min(text.Length, Start.Length);
        if (text[..compared] != Start[..compared])
            return ProxyExpectation.Malformed;

        string line = text[..Math.Min(text.Length, LineMax)];
        if (!line.Contains('\n', StringComparison.Ordinal))
            return text.Length < LineMax ? ProxyExpectation.More : ProxyExpectation.Malformed;
        if (Unknown().Match(line) is { Success: true } unknown)
            return new ProxyExpectation("complete", unknown.Length);

        Match match = Line().Match(line);
        if (!match.Success)
            return ProxyExpectation.Malformed;
        IPEndPoint? source = EndPoint(match, "source", "sourcePort");
        IPEndPoint? destination = EndPoint(match, "destination", "port");
        return source is null || destination is null
            ? ProxyExpectation.Malformed
            : new ProxyExpectation("complete", match.Length, source, destination);
    }

    private static IPEndPoint? EndPoint(Match match, string address, string port)
    {
        string text = match.Groups[address].Value;
        byte[]? bytes = match.Groups["family"].Value == "4"
            ? Inet6Text.ReadInet4(text)
            : Inet6Text.Read(text);
        int number = int.Parse(match.Groups[port].Value, CultureInfo.InvariantCulture);
        return bytes is null || number > 65535
            ? null
            : new IPEndPoint(new IPAddress(bytes), number);
    }

    [GeneratedRegex(@"\APROXY UNKNOWN(?: [^\n]*)?\r\n", RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();

    [GeneratedRegex(
        @"\APROXY TCP(?<family>[46]) (?<source>[0-9A-Fa-f:.]+) (?<destination>[0-9A-Fa-f:.]+) "
            + @"(?<sourcePort>0|[1-9][0-9]{0,4}) (?<port>0|[1-9][0-9]{0,4})\r\n",
        RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
