using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// Version 1: one line of text, <c>PROXY TCP4 source destination source-port port</c>, or
/// <c>PROXY UNKNOWN</c> and anything. Numbers have one spelling only: no signs, no leading zeros.
/// </summary>
internal static class ProxyLineParser
{
    /// <summary>The longest line, with its end.</summary>
    public const int LengthMax = 107;

    private const int AddressLengthMax = 39;
    private const int PortLengthMax = 5;

    private static readonly SearchValues<byte> Inet6Characters =
        SearchValues.Create("0123456789abcdefABCDEF:."u8);

    private static ReadOnlySpan<byte> Start => "PROXY "u8;

    private static ReadOnlySpan<byte> Unknown => "UNKNOWN"u8;

    public static ProxyHeaderParse Parse(ReadOnlySpan<byte> buffer)
    {
        int compared = Math.Min(buffer.Length, Start.Length);
        if (!buffer[..compared].SequenceEqual(Start[..compared]))
            return ProxyHeaderParse.Malformed(ProxyHeaderError.NoSignature);

        ReadOnlySpan<byte> line = buffer[..Math.Min(buffer.Length, LengthMax)];
        int end = line.IndexOf((byte)'\n');
        if (end < 0)
        {
            return line.Length == LengthMax
                ? ProxyHeaderParse.Malformed(ProxyHeaderError.LineTooLong)
                : ProxyHeaderParse.NeedsMore;
        }

        if (end <= Start.Length || line[end - 1] != '\r')
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadLine);
        return ParseLine(line[Start.Length..(end - 1)], end + 1);
    }

    private static ProxyHeaderParse ParseLine(ReadOnlySpan<byte> line, int length)
    {
        if (line.StartsWith(Unknown)
            && (line.Length == Unknown.Length || line[Unknown.Length] == ' '))
        {
            return ProxyHeaderParse.Complete(length, new ProxyHeader(1, isLocal: false));
        }

        Span<Range> fields = stackalloc Range[6];
        if (Split(line, fields) != 5)
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadLine);

        ReadOnlySpan<byte> family = line[fields[0]];
        bool isInet6 = family.SequenceEqual("TCP6"u8);
        if (!isInet6 && !family.SequenceEqual("TCP4"u8))
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadFamily);
        if (!IsAddress(line[fields[1]], isInet6) || !IsAddress(line[fields[2]], isInet6))
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadAddress);
        if (!TryParsePort(line[fields[3]], out int sourcePort)
            || !TryParsePort(line[fields[4]], out int port))
        {
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadPort);
        }

        // Checked above as far as the text goes; what is no address all the same is refused here.
        if (!TryParseAddress(line[fields[1]], isInet6, out IPAddress? source)
            || !TryParseAddress(line[fields[2]], isInet6, out IPAddress? destination))
        {
            return ProxyHeaderParse.Malformed(ProxyHeaderError.BadAddress);
        }

        return ProxyHeaderParse.Complete(length, new ProxyHeader(1, isLocal: false)
        {
            Source = new IPEndPoint(source!, sourcePort),
            Destination = new IPEndPoint(destination!, port),
        });
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        int count = 0;
        int from = 0;
        while (count < fields.Length)
        {
            int at = line[from..].IndexOf((byte)' ');
            fields[count++] = at < 0 ? from..line.Length : from..(from + at);
            if (at < 0)
                break;
            from += at + 1;
        }

        return count;
    }

    private static bool IsAddress(ReadOnlySpan<byte> text, bool isInet6)
    {
        if (text.Length is < 2 or > AddressLengthMax)
            return false;
        if (!isInet6)
            return IsInet4(text);

        // The last four bytes may stand there as those of the other family do.
        return !text.ContainsAnyExcept(Inet6Characters)
            && (!text.Contains((byte)'.') || IsInet4(text[(text.LastIndexOf((byte)':') + 1)..]));
    }

    // The platform's parser takes octal, hexadecimal and short forms, too.
    private static bool IsInet4(ReadOnlySpan<byte> text)
    {
        int parts = 0;
        foreach (Range range in text.Split((byte)'.'))
        {
            if (++parts > 4 || !TryParseNumber(text[range], byte.MaxValue, 3, out _))
                return false;
        }

        return parts == 4;
    }

    private static bool TryParseAddress(
        ReadOnlySpan<byte> text, bool isInet6, out IPAddress? address)
    {
        Span<char> characters = stackalloc char[AddressLengthMax];
        for (int i = 0; i < text.Length; i++)
            characters[i] = (char)text[i];
        return IPAddress.TryParse(characters[..text.Length], out address)
            && address.AddressFamily == (isInet6
                ? AddressFamily.InterNetworkV6
                : AddressFamily.InterNetwork);
    }

    private static bool TryParsePort(ReadOnlySpan<byte> text, out int port) =>
        TryParseNumber(text, ushort.MaxValue, PortLengthMax, out port);

    private static bool TryParseNumber(
        ReadOnlySpan<byte> text, int max, int lengthMax, out int number)
    {
        number = 0;
        return text.Length >= 1
            && text.Length <= lengthMax
            && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (text.Length == 1 || text[0] != '0')
            && Utf8Parser.TryParse(text, out number, out int used)
            && used == text.Length
            && number <= max;
    }
}
