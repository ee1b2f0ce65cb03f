using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Memory;

/// <summary>Turns text to bytes and back: whole code points, as far as the room goes.</summary>
/// <remarks>
/// The meaning of the arguments and of the result is that of <see cref="Utf8"/>: Done,
/// DestinationTooSmall, NeedMoreData (only if the block is not the final one), InvalidData (only
/// if nothing is replaced); what was read and written up to there counts.
/// </remarks>
internal static class TextParts
{
    private const char Replacement = '\uFFFD';

    public static OperationStatus Encode(
        ReadOnlySpan<char> text,
        Span<byte> room,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock,
        out int charsRead,
        out int bytesWritten)
    {
        bool isReplacing = errors == TextErrors.Replace;
        if (encoding == TextEncoding.Utf8)
        {
            return Utf8.FromUtf16(
                text, room, out charsRead, out bytesWritten, isReplacing, isFinalBlock);
        }

        if (encoding == TextEncoding.Latin1)
        {
            return EncodeLatin1(
                text, room, isReplacing, isFinalBlock, out charsRead, out bytesWritten);
        }

        charsRead = Math.Min(text.Length, room.Length / sizeof(char));
        char next = charsRead < text.Length ? text[charsRead] : '\0';
        OperationStatus status = charsRead < text.Length
            ? OperationStatus.DestinationTooSmall
            : OperationStatus.Done;
        TrimPair(text, next, isFinalBlock, ref charsRead, ref status);
        if (!isReplacing)
            TrimLone(text, ref charsRead, ref status);

        ReadOnlySpan<char> part = text[..charsRead];
        bytesWritten = charsRead * sizeof(char);
        var writer = new BufferWriter(room);
        if (encoding == TextEncoding.Utf16)
            writer.WriteValues(part);
        else
            writer.WriteValuesLittleEndian(part);
        if (isReplacing)
            ReplaceLone(part, room, encoding);
        return status;
    }

    public static OperationStatus Decode(
        ReadOnlySpan<byte> bytes,
        Span<char> room,
        TextEncoding encoding,
        TextErrors errors,
        bool isFinalBlock,
        out int bytesRead,
        out int charsWritten)
    {
        bool isReplacing = errors == TextErrors.Replace;
        if (encoding == TextEncoding.Utf8)
        {
            return Utf8.ToUtf16(
                bytes, room, out bytesRead, out charsWritten, isReplacing, isFinalBlock);
        }

        if (encoding == TextEncoding.Latin1)
        {
            bytesRead = charsWritten = Math.Min(bytes.Length, room.Length);
            Encoding.Latin1.GetChars(bytes[..bytesRead], room);
            return bytesRead < bytes.Length
                ? OperationStatus.DestinationTooSmall
                : OperationStatus.Done;
        }

        return DecodeUtf16(
            bytes, room, encoding, isReplacing, isFinalBlock, out bytesRead, out charsWritten);
    }

    /// <summary>The index of the first surrogate that is not half of a pair; -1 if none.</summary>
    public static int IndexOfLone(ReadOnlySpan<char> text)
    {
        int index = 0;
        while (true)
        {
            int found = text[index..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (found < 0)
                return -1;

            index += found;
            if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                return index;
            index += 2;
        }
    }

    private static OperationStatus DecodeUtf16(
        ReadOnlySpan<byte> bytes,
        Span<char> room,
        TextEncoding encoding,
        bool isReplacing,
        bool isFinalBlock,
        out int bytesRead,
        out int charsWritten)
    {
        int units = bytes.Length / sizeof(char);
        charsWritten = Math.Min(units, room.Length);
        var reader = new BufferReader(bytes);
        Span<char> text = room[..charsWritten];
        if (encoding == TextEncoding.Utf16)
            reader.ReadValues(text);
        else
            reader.ReadValuesLittleEndian(text);

        char next = '\0';
        if (charsWritten < units)
        {
            next = encoding == TextEncoding.Utf16
                ? reader.ReadChar()
                : reader.ReadCharLittleEndian();
        }

        OperationStatus status = charsWritten < units
            ? OperationStatus.DestinationTooSmall
            : OperationStatus.Done;
        TrimPair(text, next, isFinalBlock, ref charsWritten, ref status);
        if (!isReplacing)
            TrimLone(text, ref charsWritten, ref status);
        else
            ReplaceLone(text[..charsWritten]);

        bytesRead = charsWritten * sizeof(char);
        return status == OperationStatus.Done && bytesRead < bytes.Length
            ? DecodeHalf(room, isReplacing, isFinalBlock, ref bytesRead, ref charsWritten)
            : status;
    }

    /// <summary>The last byte is half a code unit.</summary>
    private static OperationStatus DecodeHalf(
        Span<char> room,
        bool isReplacing,
        bool isFinalBlock,
        ref int bytesRead,
        ref int charsWritten)
    {
        if (!isFinalBlock)
            return OperationStatus.NeedMoreData;
        if (!isReplacing)
            return OperationStatus.InvalidData;
        if (charsWritten == room.Length)
            return OperationStatus.DestinationTooSmall;

        room[charsWritten++] = Replacement;
        bytesRead++;
        return OperationStatus.Done;
    }

    private static OperationStatus EncodeLatin1(
        ReadOnlySpan<char> text,
        Span<byte> room,
        bool isReplacing,
        bool isFinalBlock,
        out int charsRead,
        out int bytesWritten)
    {
        charsRead = 0;
        bytesWritten = 0;
        while (true)
        {
            ReadOnlySpan<char> rest = text[charsRead..];
            int other = rest.IndexOfAnyExceptInRange('\0', '\u00FF');
            int plain = Math.Min(other < 0 ? rest.Length : other, room.Length - bytesWritten);
            Encoding.Latin1.GetBytes(rest[..plain], room[bytesWritten..]);
            charsRead += plain;
            bytesWritten += plain;
            if (charsRead == text.Length)
                return OperationStatus.Done;

            // What stands next is a character without a byte, unless the room is at its end.
            if (plain == other && char.IsHighSurrogate(rest[plain]) && !isFinalBlock
                && charsRead + 1 == text.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (plain == other && !isReplacing)
                return OperationStatus.InvalidData;
            if (bytesWritten == room.Length)
                return OperationStatus.DestinationTooSmall;

            room[bytesWritten++] = (byte)'?';
            bool isPair = charsRead + 1 < text.Length
                && char.IsSurrogatePair(text[charsRead], text[charsRead + 1]);
            charsRead += isPair ? 2 : 1;
        }
    }

    /// <summary>Leaves out a first half of a pair whose other half is not in the part.</summary>
    private static void TrimPair(
        ReadOnlySpan<char> text,
        char next,
        bool isFinalBlock,
        ref int count,
        ref OperationStatus status)
    {
        if (count == 0 || !char.IsHighSurrogate(text[count - 1]))
            return;

        if (status == OperationStatus.Done && !isFinalBlock)
        {
            status = OperationStatus.NeedMoreData;
            count--;
        }
        else if (char.IsLowSurrogate(next))
        {
            count--;
        }
    }

    private static void TrimLone(
        ReadOnlySpan<char> text, ref int count, ref OperationStatus status)
    {
        int lone = IndexOfLone(text[..count]);
        if (lone >= 0)
        {
            count = lone;
            status = OperationStatus.InvalidData;
        }
    }

    private static void ReplaceLone(Span<char> text)
    {
        for (int lone; (lone = IndexOfLone(text)) >= 0; text = text[(lone + 1)..])
            text[lone] = Replacement;
    }

    private static void ReplaceLone(
        ReadOnlySpan<char> text, Span<byte> room, TextEncoding encoding)
    {
        for (int lone; (lone = IndexOfLone(text)) >= 0; text = text[(lone + 1)..])
        {
            room = room[(lone * sizeof(char))..];
            ushort replacement = encoding == TextEncoding.Utf16
                ? ByteOrder.BigEndian((ushort)Replacement)
                : ByteOrder.LittleEndian((ushort)Replacement);
            MemoryMarshal.Write(room, replacement);
            room = room[sizeof(char)..];
        }
    }
}
