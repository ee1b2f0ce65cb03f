using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Memory;

/// <summary>Turns whole texts to bytes and back.</summary>
internal static class TextCodec
{
    /// <summary>Bytes that one character becomes at most.</summary>
    private const int BytesPerCharMax = 3;

    public static void Require(TextEncoding encoding, TextErrors errors = TextErrors.Throw)
    {
        if ((uint)encoding > (uint)TextEncoding.Latin1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(encoding), encoding, "No such encoding.");
        }

        if ((uint)errors > (uint)TextErrors.Replace)
            throw new ArgumentOutOfRangeException(nameof(errors), errors, "No such mode.");
    }

    /// <summary>Bytes of a code unit: no line ends within one.</summary>
    public static int UnitSize(TextEncoding encoding) =>
        encoding is TextEncoding.Utf8 or TextEncoding.Latin1 ? 1 : sizeof(char);

    /// <summary>The index of the first character without bytes; -1 if there is none.</summary>
    public static int IndexOfUnencodable(ReadOnlySpan<char> text, TextEncoding encoding) =>
        encoding == TextEncoding.Latin1
            ? text.IndexOfAnyExceptInRange('\0', '\u00FF')
            : TextParts.IndexOfLone(text);

    /// <summary>Throws for a character without bytes, if it is not to be replaced.</summary>
    public static void RequireEncodable(
        ReadOnlySpan<char> text, TextEncoding encoding, TextErrors errors)
    {
        int index = errors == TextErrors.Throw ? IndexOfUnencodable(text, encoding) : -1;
        if (index >= 0)
            InvalidText(index, encoding);
    }

    /// <summary>The number of bytes, those of replacements included.</summary>
    public static long GetByteCount(ReadOnlySpan<char> text, TextEncoding encoding) =>
        encoding switch
        {
            TextEncoding.Utf8 => CountUtf8(text),
            TextEncoding.Latin1 => CountLatin1(text),
            _ => (long)text.Length * sizeof(char),
        };

    /// <summary>Writes all of a text, or nothing. What has no bytes is replaced.</summary>
    /// <returns>False if there is too little room.</returns>
    public static bool TryEncode(
        ref BufferWriter writer,
        scoped ReadOnlySpan<char> text,
        TextEncoding encoding,
        out int bytesWritten)
    {
        // Counting is needed only where the text might not fit.
        if ((long)text.Length * BytesPerCharMax > writer.Remaining
            && GetByteCount(text, encoding) > writer.Remaining)
        {
            bytesWritten = 0;
            return false;
        }

        TextParts.Encode(
            text, writer.RemainingSpan, encoding, TextErrors.Replace, isFinalBlock: true, out _,
            out bytesWritten);
        writer.Advance(bytesWritten);
        return true;
    }

    /// <returns>False if the bytes are no text and nothing is to be replaced.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        TextEncoding encoding,
        TextErrors errors,
        [NotNullWhen(true)] out string? text)
    {
        text = "";
        if (bytes.IsEmpty)
            return true;

        text = encoding switch
        {
            TextEncoding.Latin1 => Encoding.Latin1.GetString(bytes),
            TextEncoding.Utf8 => errors == TextErrors.Replace || Utf8.IsValid(bytes)
                ? Encoding.UTF8.GetString(bytes)
                : null,
            _ => DecodeUtf16(bytes, encoding, errors),
        };
        return text is not null;
    }

    [DoesNotReturn]
    public static void InvalidBytes(TextEncoding encoding) =>
        throw new InvalidDataException($"The bytes are not valid {encoding}.");

    [DoesNotReturn]
    public static void InvalidText(int index, TextEncoding encoding) =>
        throw new ArgumentException(
            $"The character at index {index} of the text cannot be written as {encoding}.");

    [DoesNotReturn]
    public static void NoRoom(ReadOnlySpan<char> text, TextEncoding encoding, int room) =>
        BufferThrow.Overflow((int)Math.Min(GetByteCount(text, encoding), int.MaxValue), room);

    private static string? DecodeUtf16(
        ReadOnlySpan<byte> bytes, TextEncoding encoding, TextErrors errors)
    {
        var status = OperationStatus.Done;
        var source = new Source
        {
            Bytes = bytes,
            Encoding = encoding,
            Errors = errors,
            Status = ref status,
        };
        int length = (bytes.Length / sizeof(char)) + (bytes.Length & 1);
        string text = string.Create(length, source, static (room, source) =>
            source.Status = TextParts.Decode(
                source.Bytes, room, source.Encoding, source.Errors, true, out _, out _));
        return status == OperationStatus.Done ? text : null;
    }

    private static long CountUtf8(ReadOnlySpan<char> text)
    {
        // The framework counts in 32 bits.
        const int PartMax = int.MaxValue / BytesPerCharMax;
        long count = 0;
        while (text.Length > PartMax)
        {
            int part = char.IsHighSurrogate(text[PartMax - 1]) ? PartMax - 1 : PartMax;
            count += Encoding.UTF8.GetByteCount(text[..part]);
            text = text[part..];
        }

        return count + Encoding.UTF8.GetByteCount(text);
    }

    private static long CountLatin1(ReadOnlySpan<char> text)
    {
        long count = text.Length;
        int index = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; index >= 0 && index + 1 < text.Length; index++)
        {
            if (char.IsSurrogatePair(text[index], text[index + 1]))
            {
                count--;
                index++;
            }
        }

        return count;
    }

    private ref struct Source
    {
        public ReadOnlySpan<byte> Bytes;
        public TextEncoding Encoding;
        public TextErrors Errors;
        public ref OperationStatus Status;
    }
}
