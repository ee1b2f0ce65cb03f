using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Memory;

/// <summary>Reads and writes text, in strict, in lenient and in checked mode.</summary>
/// <remarks>
/// <para>
/// Strict (<see cref="TextErrors.Throw"/>, the default): bytes that are no text throw
/// <see cref="InvalidDataException"/>, text that has no bytes (half a surrogate pair, or beyond
/// Latin-1) throws <see cref="ArgumentException"/>. Lenient (<see cref="TextErrors.Replace"/>): a
/// replacement stands in their place. Checked (<c>TryReadText</c>, <c>TryWriteText</c>): false.
/// </para>
/// <para>
/// <see cref="BufferUnderflowException"/> says that fewer bytes remain,
/// <see cref="BufferOverflowException"/> that not all of the text has room, and
/// <see cref="ArgumentOutOfRangeException"/> that a count is negative or that there is no such
/// encoding. Whatever is thrown, and whenever the answer is false, nothing has changed: neither
/// the position nor a byte. What remains is compared with a count before anything is allocated.
/// Text that is written must not overlap the room.
/// </para>
/// </remarks>
public static class BufferText
{
    /// <summary>Reads a text of some bytes.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="byteCount">How many bytes the text has.</param>
    /// <param name="encoding">How it stands in them.</param>
    /// <param name="errors">What to do with bytes that are no text.</param>
    public static string ReadText(
        this ref BufferReader reader,
        int byteCount,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        BufferReader ahead = reader;
        ReadOnlySpan<byte> bytes = ahead.ReadBytes(byteCount);
        if (!TextCodec.TryDecode(bytes, encoding, errors, out string? text))
            TextCodec.InvalidBytes(encoding);

        reader = ahead;
        return text;
    }

    /// <summary>Reads a text of some bytes, if they are there and are a text.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="byteCount">How many bytes the text has.</param>
    /// <param name="text">The text, or null.</param>
    /// <param name="encoding">How it stands in the bytes.</param>
    /// <returns>False if fewer bytes are left, or if they are no text.</returns>
    public static bool TryReadText(
        this ref BufferReader reader,
        int byteCount,
        [NotNullWhen(true)] out string? text,
        TextEncoding encoding = TextEncoding.Utf8)
    {
        TextCodec.Require(encoding);
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        text = null;
        if (byteCount > reader.Remaining)
            return false;

        ReadOnlySpan<byte> bytes = reader.RemainingSpan[..byteCount];
        if (!TextCodec.TryDecode(bytes, encoding, TextErrors.Throw, out text))
            return false;

        reader.Advance(byteCount);
        return true;
    }

    /// <summary>
    /// Reads as many whole code points as are there and fit: for text that arrives in pieces.
    /// </summary>
    /// <param name="reader">The reader; its position is behind the last code point read.</param>
    /// <param name="destination">
    /// Room for characters; with room for one alone, a code point of two is not read. Behind the
    /// characters that were read its contents are undefined.
    /// </param>
    /// <param name="encoding">How the text stands in the bytes.</param>
    /// <param name="errors">
    /// What to do with bytes that are no text. The strict mode reads the code points before them
    /// first, and throws when they are next.
    /// </param>
    /// <param name="isFinalBlock">
    /// Whether no bytes follow: then the beginning of a code point at the end is an error.
    /// Otherwise it is left where it is.
    /// </param>
    /// <returns>How many characters were read.</returns>
    public static int ReadTextPart(
        this ref BufferReader reader,
        scoped Span<char> destination,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock)
    {
        TextCodec.Require(encoding, errors);
        OperationStatus status = TextParts.Decode(
            reader.RemainingSpan, destination, encoding, errors, isFinalBlock, out int bytesRead,
            out int charsWritten);
        if (status == OperationStatus.InvalidData && bytesRead == 0)
            TextCodec.InvalidBytes(encoding);

        reader.Advance(bytesRead);
        return charsWritten;
    }

    /// <summary>Writes all of a text.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is to stand in the bytes.</param>
    /// <param name="errors">What to do with characters that have no bytes.</param>
    /// <returns>How many bytes it became.</returns>
    public static int WriteText(
        this ref BufferWriter writer,
        scoped ReadOnlySpan<char> text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        TextCodec.RequireEncodable(text, encoding, errors);
        if (!TextCodec.TryEncode(ref writer, text, encoding, out int bytesWritten))
            TextCodec.NoRoom(text, encoding, writer.Remaining);
        return bytesWritten;
    }

    /// <summary>Writes all of a text, if it has room and bytes.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="text">The text.</param>
    /// <param name="bytesWritten">How many bytes it became.</param>
    /// <param name="encoding">How it is to stand in the bytes.</param>
    /// <returns>
    /// False if less room is left, or if the text has a character without bytes.
    /// </returns>
    public static bool TryWriteText(
        this ref BufferWriter writer,
        scoped ReadOnlySpan<char> text,
        out int bytesWritten,
        TextEncoding encoding = TextEncoding.Utf8)
    {
        TextCodec.Require(encoding);
        bytesWritten = 0;
        return TextCodec.IndexOfUnencodable(text, encoding) < 0
            && TextCodec.TryEncode(ref writer, text, encoding, out bytesWritten);
    }

    /// <summary>
    /// Writes as many whole code points as fit: for text that leaves in pieces.
    /// </summary>
    /// <param name="writer">The writer; its position is behind the last code point.</param>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is to stand in the bytes.</param>
    /// <param name="errors">
    /// What to do with characters that have no bytes. The strict mode writes what stands before
    /// them first, and throws when they are next.
    /// </param>
    /// <param name="isFinalBlock">
    /// Whether no text follows: then the first half of a surrogate pair at the end is an error.
    /// Otherwise it is not written.
    /// </param>
    /// <returns>How many characters were written; the rest is the caller's to write.</returns>
    public static int WriteTextPart(
        this ref BufferWriter writer,
        scoped ReadOnlySpan<char> text,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock)
    {
        TextCodec.Require(encoding, errors);
        OperationStatus status = TextParts.Encode(
            text, writer.RemainingSpan, encoding, errors, isFinalBlock, out int charsRead,
            out int bytesWritten);
        if (status == OperationStatus.InvalidData && charsRead == 0)
            TextCodec.InvalidText(0, encoding);

        writer.Advance(bytesWritten);
        return charsRead;
    }

    /// <inheritdoc cref="ReadText(ref BufferReader, int, TextEncoding, TextErrors)"/>
    public static string ReadText(
        this PlatformBuffer buffer,
        int byteCount,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferReader reader = buffer.BeginRead();
        string text = reader.ReadText(byteCount, encoding, errors);
        buffer.EndRead(reader);
        return text;
    }

    /// <inheritdoc cref="TryReadText(ref BufferReader, int, out string, TextEncoding)"/>
    public static bool TryReadText(
        this PlatformBuffer buffer,
        int byteCount,
        [NotNullWhen(true)] out string? text,
        TextEncoding encoding = TextEncoding.Utf8)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadText(byteCount, out text, encoding);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <inheritdoc
    /// cref="ReadTextPart(ref BufferReader, Span{char}, TextEncoding, TextErrors, bool)"/>
    public static int ReadTextPart(
        this PlatformBuffer buffer,
        Span<char> destination,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock)
    {
        BufferReader reader = buffer.BeginRead();
        int count = reader.ReadTextPart(destination, encoding, errors, isFinalBlock);
        buffer.EndRead(reader);
        return count;
    }

    /// <inheritdoc
    /// cref="WriteText(ref BufferWriter, ReadOnlySpan{char}, TextEncoding, TextErrors)"/>
    public static int WriteText(
        this PlatformBuffer buffer,
        ReadOnlySpan<char> text,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferWriter writer = buffer.BeginWrite();
        int count = writer.WriteText(text, encoding, errors);
        buffer.EndWrite(writer);
        return count;
    }

    /// <inheritdoc
    /// cref="TryWriteText(ref BufferWriter, ReadOnlySpan{char}, out int, TextEncoding)"/>
    public static bool TryWriteText(
        this PlatformBuffer buffer,
        ReadOnlySpan<char> text,
        out int bytesWritten,
        TextEncoding encoding = TextEncoding.Utf8)
    {
        BufferWriter writer = buffer.BeginWrite();
        bool isWritten = writer.TryWriteText(text, out bytesWritten, encoding);
        buffer.EndWrite(writer);
        return isWritten;
    }

    /// <inheritdoc
    /// cref="WriteTextPart(ref BufferWriter, ReadOnlySpan{char}, TextEncoding, TextErrors, bool)"/>
    public static int WriteTextPart(
        this PlatformBuffer buffer,
        ReadOnlySpan<char> text,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock)
    {
        BufferWriter writer = buffer.BeginWrite();
        int count = writer.WriteTextPart(text, encoding, errors, isFinalBlock);
        buffer.EndWrite(writer);
        return count;
    }
}
