using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Reads lines of text that end with a line feed, or with CR and line feed.</summary>
/// <remarks>
/// The terminator is read and not returned; a carriage return alone ends no line. Errors, and the
/// modes, are those of <see cref="BufferText"/>; whatever is thrown, nothing has changed.
/// </remarks>
public static class BufferLines
{
    /// <summary>Reads a line, or what is left if no terminator follows.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="encoding">How the text stands in the bytes.</param>
    /// <param name="errors">What to do with bytes that are no text.</param>
    /// <returns>The line; null if nothing is left, as <see cref="TextReader.ReadLine"/>.</returns>
    public static string? ReadLine(
        this ref BufferReader reader,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        ReadOnlySpan<byte> bytes = reader.RemainingSpan;
        if (bytes.IsEmpty)
            return null;

        int end = IndexOfLineFeed(bytes, encoding);
        return end < 0
            ? reader.ReadText(bytes.Length, encoding, errors)
            : ReadTo(ref reader, end, encoding, errors);
    }

    /// <summary>Reads a line, if all of it has arrived: for a protocol of lines.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="bytesMax">
    /// How many bytes a line may have without its terminator. No more than these are searched.
    /// </param>
    /// <param name="line">The line, or null.</param>
    /// <param name="encoding">How the text stands in the bytes.</param>
    /// <param name="errors">What to do with bytes that are no text.</param>
    /// <returns>False if there is no terminator yet.</returns>
    /// <exception cref="InvalidDataException">
    /// The line is longer, whether its end has arrived or not; or it is no text.
    /// </exception>
    public static bool TryReadLine(
        this ref BufferReader reader,
        int bytesMax,
        [NotNullWhen(true)] out string? line,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        TextCodec.Require(encoding, errors);
        ArgumentOutOfRangeException.ThrowIfNegative(bytesMax);
        int unit = TextCodec.UnitSize(encoding);
        ReadOnlySpan<byte> bytes = reader.RemainingSpan;
        bytes = bytes[..(int)Math.Min(bytes.Length, (long)bytesMax + (2 * unit))];
        int end = IndexOfLineFeed(bytes, encoding);

        // Without an end, a carriage return may belong to the terminator that is still to come.
        int length = LineLength(bytes[..(end < 0 ? bytes.Length / unit * unit : end)], encoding);
        if (length > bytesMax)
            throw new InvalidDataException($"The line has more than {bytesMax} bytes.");

        line = end < 0 ? null : ReadTo(ref reader, end, encoding, errors);
        return line is not null;
    }

    /// <inheritdoc cref="ReadLine(ref BufferReader, TextEncoding, TextErrors)"/>
    public static string? ReadLine(
        this PlatformBuffer buffer,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferReader reader = buffer.BeginRead();
        string? line = reader.ReadLine(encoding, errors);
        buffer.EndRead(reader);
        return line;
    }

    /// <inheritdoc
    /// cref="TryReadLine(ref BufferReader, int, out string, TextEncoding, TextErrors)"/>
    public static bool TryReadLine(
        this PlatformBuffer buffer,
        int bytesMax,
        [NotNullWhen(true)] out string? line,
        TextEncoding encoding = TextEncoding.Utf8,
        TextErrors errors = TextErrors.Throw)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadLine(bytesMax, out line, encoding, errors);
        buffer.EndRead(reader);
        return isRead;
    }

    private static string ReadTo(
        ref BufferReader reader, int end, TextEncoding encoding, TextErrors errors)
    {
        int length = LineLength(reader.RemainingSpan[..end], encoding);
        string line = reader.ReadText(length, encoding, errors);
        reader.Advance(end - length + TextCodec.UnitSize(encoding));
        return line;
    }

    private static int IndexOfLineFeed(ReadOnlySpan<byte> bytes, TextEncoding encoding)
    {
        if (TextCodec.UnitSize(encoding) == 1)
            return bytes.IndexOf((byte)'\n');

        int index = MemoryMarshal.Cast<byte, char>(bytes).IndexOf(InMemory('\n', encoding));
        return index < 0 ? -1 : index * sizeof(char);
    }

    /// <summary>The length without a carriage return at the end.</summary>
    private static int LineLength(ReadOnlySpan<byte> bytes, TextEncoding encoding)
    {
        if (TextCodec.UnitSize(encoding) == 1)
            return bytes.Length - (bytes.EndsWith((byte)'\r') ? 1 : 0);

        ReadOnlySpan<char> units = MemoryMarshal.Cast<byte, char>(bytes);
        return bytes.Length - (units.EndsWith(InMemory('\r', encoding)) ? sizeof(char) : 0);
    }

    private static char InMemory(char unit, TextEncoding encoding) =>
        encoding == TextEncoding.Utf16
            ? ByteOrder.BigEndian(unit)
            : ByteOrder.LittleEndian(unit);
}
