using System.Buffers;
using Sluice.Fuzz.Engine;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Fuzz.Targets.Proxy;

/// <summary>Runs the parser, whole and in pieces, and compares.</summary>
internal static class ProxyCheck
{
    public static void Run(
        ReadOnlySpan<byte> bytes,
        ProxyHeaderLimits limits,
        ProxyExpectation expected,
        Features features)
    {
        ProxyHeaderParse parse = ProxyHeaderParser.Parse(bytes, limits);
        ProxyExpectation found = Describe(parse);
        features.Add(1, (int)parse.Error);
        features.AddCount(2, parse.Header?.Tlvs.Count ?? 0);
        features.Add(3, (int)(parse.Header?.Source?.AddressFamily ?? 0));
        FuzzFailure.UnlessSame(expected, found, "the oracle says the same");

        int at = bytes.Length == 0 ? 0 : (bytes[^1] + bytes.Length) % (bytes.Length + 1);
        ReadOnlySequence<byte> pieces = Split.At(bytes, at);
        FuzzFailure.UnlessSame(
            found, Describe(ProxyHeaderParser.Parse(in pieces, limits)), "pieces say the same");

        ProxyExpectation begin = Describe(ProxyHeaderParser.Parse(bytes[..at], limits));
        if (begin.Status != "more")
            FuzzFailure.UnlessSame(begin, found, "what was said of the begin stands");
    }

    private static ProxyExpectation Describe(in ProxyHeaderParse parse) => parse.Status switch
    {
        ProxyHeaderStatus.NeedsMore => ProxyExpectation.More,
        ProxyHeaderStatus.Malformed => ProxyExpectation.Malformed,
        _ => new ProxyExpectation(
            "complete",
            parse.Consumed,
            parse.Header!.Source,
            parse.Header.Destination,
            string.Join(' ', parse.Header.Tlvs.Select(static tlv =>
                $"{(byte)tlv.Type}={Convert.ToHexString(tlv.Value.Span)}"))),
    };
}
