using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>
/// Looks for a header at the begin of a connection. Never throws on the bytes of a peer, says that
/// they are no header as early as they show it, and allocates only when the header is whole.
/// </summary>
internal static class ProxyHeaderParser
{
    /// <summary>The length of the fixed part of version 2.</summary>
    public const int FixedSize = 16;

    private const int StackMax = 1024;

    /// <summary>What every header of version 2 begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeaderParse Parse(
        in ReadOnlySequence<byte> buffer, ProxyHeaderLimits limits)
    {
        if (buffer.IsSingleSegment)
            return Parse(buffer.FirstSpan, limits);

        // Long enough for the whole of version 1, and for the length of version 2.
        Span<byte> start = stackalloc byte[ProxyLineParser.LengthMax];
        start = start[..(int)Math.Min(buffer.Length, start.Length)];
        buffer.Slice(0, start.Length).CopyTo(start);
        int length = LengthOf(start);
        if (length <= start.Length || length > Math.Min(buffer.Length, limits.BytesMax))
            return Parse(start, limits);

        Span<byte> whole = length <= StackMax ? stackalloc byte[StackMax] : new byte[length];
        whole = whole[..length];
        buffer.Slice(0, length).CopyTo(whole);
        return Parse(whole, limits);
    }

    public static ProxyHeaderParse Parse(ReadOnlySpan<byte> buffer, ProxyHeaderLimits limits)
    {
        if (buffer.IsEmpty)
            return ProxyHeaderParse.NeedsMore;

        // The first byte tells the versions apart.
        if (buffer[0] != Signature[0])
            return ProxyLineParser.Parse(buffer);

        int compared = Math.Min(buffer.Length, Signature.Length);
        if (!buffer[..compared].SequenceEqual(Signature[..compared]))
            return ProxyHeaderParse.Malformed(ProxyHeaderError.NoSignature);
        return BinaryProxyParser.Parse(buffer, limits);
    }

    /// <summary>The length of a header of version 2, or 0 if it is not known or another.</summary>
    private static int LengthOf(ReadOnlySpan<byte> start) =>
        start.Length >= FixedSize && start.StartsWith(Signature)
            ? FixedSize + BinaryPrimitives.ReadUInt16BigEndian(start[14..])
            : 0;
}
