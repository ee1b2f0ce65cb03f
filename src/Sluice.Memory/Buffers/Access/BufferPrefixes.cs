using System.Diagnostics.CodeAnalysis;

namespace Sluice.Memory;

/// <summary>Reads and writes bytes and texts that their length in bytes stands before.</summary>
/// <remarks>
/// <para>
/// What a peer says about a length is compared with <c>bytesMax</c> first, and with what remains
/// next; only then is anything allocated or sliced. A length above the cap throws
/// <see cref="InvalidDataException"/>, whether the bytes have arrived or not; so does a malformed
/// length, and text that is none. Bytes that have not all arrived throw
/// <see cref="BufferUnderflowException"/>, or are false where the method tries.
/// </para>
/// <para>
/// Writing throws <see cref="ArgumentOutOfRangeException"/> for more bytes than the prefix can say
/// and <see cref="BufferOverflowException"/> where there is not room for all. Whatever is thrown,
/// and whenever the answer is false, nothing has changed.
/// </para>
/// </remarks>
public static class BufferPrefixes
{
    /// <summary>Reads bytes without a copy, if all of them are there.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="prefix">How their length stands before them.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    /// <param name="bytes">The bytes.</param>
    public static bool TryReadPrefixedBytes(
        this ref BufferReader reader,
        LengthPrefix prefix,
        int bytesMax,
        out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!LengthPrefixCodec.TryRead(ref reader, prefix, bytesMax, out int length))
            return false;

        bytes = reader.ReadBytes(length);
        return true;
    }

    /// <summary>Reads bytes without a copy.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="prefix">How their length stands before them.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    public static ReadOnlySpan<byte> ReadPrefixedBytes(
        this ref BufferReader reader, LengthPrefix prefix, int bytesMax)
    {
        if (!reader.TryReadPrefixedBytes(prefix, bytesMax, out ReadOnlySpan<byte> bytes))
            Incomplete(reader.Remaining);
        return bytes;
    }

    /// <summary>Reads a text, if all of it is there.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="prefix">How its length stands before it.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    /// <param name="text">The text, or null.</param>
    /// <param name="encoding">How it stands in the bytes.</param>
    /// <param name="errors">What to do with bytes that are no text.</param>
    public static bool TryReadPrefixedText(
        this ref BufferReader reader,
        LengthPrefix prefix,
        int bytesMax,
        [NotNullWhen(true)] out string? text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        BufferReader ahead = reader;
        text = null;
        if (!LengthPrefixCodec.TryRead(ref ahead, prefix, bytesMax, out int length))
            return false;

        text = ahead.ReadText(length, encoding, errors);
        reader = ahead;
        return true;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="prefix">How its length stands before it.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    /// <param name="encoding">How it stands in the bytes.</param>
    /// <param name="errors">What to do with bytes that are no text.</param>
    public static string ReadPrefixedText(
        this ref BufferReader reader,
        LengthPrefix prefix,
        int bytesMax,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        if (!reader.TryReadPrefixedText(prefix, bytesMax, out string? text, encoding, errors))
            Incomplete(reader.Remaining);
        return text;
    }

    /// <summary>Writes the length of bytes, and the bytes.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="prefix">How the length is to stand before them.</param>
    /// <param name="bytes">The bytes; they must not overlap the room.</param>
    public static void WritePrefixedBytes(
        this ref BufferWriter writer, LengthPrefix prefix, scoped ReadOnlySpan<byte> bytes)
    {
        Begin(ref writer, prefix, bytes.Length);
        writer.WriteBytes(bytes);
    }

    /// <summary>Writes the length of a text in bytes, and the text.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="prefix">How the length is to stand before it.</param>
    /// <param name="text">The text; it must not overlap the room.</param>
    /// <param name="encoding">How it is to stand in the bytes.</param>
    /// <param name="errors">What to do with characters that have no bytes.</param>
    public static void WritePrefixedText(
        this ref BufferWriter writer,
        LengthPrefix prefix,
        scoped ReadOnlySpan<char> text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        TextCodec.RequireEncodable(text, encoding, errors);
        Begin(ref writer, prefix, TextCodec.GetByteCount(text, encoding));
        TextCodec.TryEncode(ref writer, text, encoding, out _);
    }

    /// <summary>Reads bytes into a new array, if all of them are there.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="prefix">How their length stands before them.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    /// <param name="bytes">The bytes, or null.</param>
    public static bool TryReadPrefixedBytes(
        this PlatformBuffer buffer,
        LengthPrefix prefix,
        int bytesMax,
        [NotNullWhen(true)] out byte[]? bytes)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadPrefixedBytes(
            prefix, bytesMax, out ReadOnlySpan<byte> span);
        bytes = isRead ? span.ToArray() : null;
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads bytes into a new array.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="prefix">How their length stands before them.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    public static byte[] ReadPrefixedBytes(
        this PlatformBuffer buffer, LengthPrefix prefix, int bytesMax)
    {
        BufferReader reader = buffer.BeginRead();
        byte[] bytes = reader.ReadPrefixedBytes(prefix, bytesMax).ToArray();
        buffer.EndRead(reader);
        return bytes;
    }

    /// <summary>Reads bytes without a copy: as a slice with a cursor of its own.</summary>
    /// <param name="buffer">The buffer; its position moves behind the slice.</param>
    /// <param name="prefix">How their length stands before them.</param>
    /// <param name="bytesMax">The cap: how many bytes there may be.</param>
    /// <returns>A slice, as <see cref="PlatformBuffer.Slice()"/> makes it.</returns>
    public static PlatformBuffer ReadPrefixedSlice(
        this PlatformBuffer buffer, LengthPrefix prefix, int bytesMax)
    {
        BufferReader reader = buffer.BeginRead();
        if (!LengthPrefixCodec.TryRead(ref reader, prefix, bytesMax, out int length))
            Incomplete(reader.Remaining);

        PlatformBuffer slice = buffer.Slice(buffer.Position + reader.Position, length);
        reader.Advance(length);
        buffer.EndRead(reader);
        return slice;
    }

    /// <inheritdoc cref="TryReadPrefixedText(ref BufferReader, LengthPrefix, int, out string,
    /// TextEncoding, TextErrors)"/>
    public static bool TryReadPrefixedText(
        this PlatformBuffer buffer,
        LengthPrefix prefix,
        int bytesMax,
        [NotNullWhen(true)] out string? text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadPrefixedText(prefix, bytesMax, out text, encoding, errors);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <inheritdoc cref="ReadPrefixedText(ref BufferReader, LengthPrefix, int, TextEncoding,
    /// TextErrors)"/>
    public static string ReadPrefixedText(
        this PlatformBuffer buffer,
        LengthPrefix prefix,
        int bytesMax,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferReader reader = buffer.BeginRead();
        string text = reader.ReadPrefixedText(prefix, bytesMax, encoding, errors);
        buffer.EndRead(reader);
        return text;
    }

    /// <summary>Writes the length of bytes, and the bytes.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="prefix">How the length is to stand before them.</param>
    /// <param name="bytes">The bytes; they must not overlap the room.</param>
    public static void WritePrefixedBytes(
        this PlatformBuffer buffer, LengthPrefix prefix, ReadOnlySpan<byte> bytes)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WritePrefixedBytes(prefix, bytes);
        buffer.EndWrite(writer);
    }

    /// <inheritdoc cref="WritePrefixedText(ref BufferWriter, LengthPrefix, ReadOnlySpan{char},
    /// TextEncoding, TextErrors)"/>
    public static void WritePrefixedText(
        this PlatformBuffer buffer,
        LengthPrefix prefix,
        ReadOnlySpan<char> text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WritePrefixedText(prefix, text, encoding, errors);
        buffer.EndWrite(writer);
    }

    /// <summary>Writes the length, if there is room for it and for the bytes.</summary>
    private static void Begin(ref BufferWriter writer, LengthPrefix prefix, long length)
    {
        long whole = LengthPrefixCodec.GetSize(prefix, length) + length;
        if (whole > writer.Remaining)
            BufferThrow.Overflow((int)Math.Min(whole, int.MaxValue), writer.Remaining);

        LengthPrefixCodec.Write(ref writer, prefix, (int)length);
    }

    [DoesNotReturn]
    private static void Incomplete(int remaining) =>
        throw new BufferUnderflowException(
            $"The length or its bytes are not all among the {remaining} bytes that are left.");
}
