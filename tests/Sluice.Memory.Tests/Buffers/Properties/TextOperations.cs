using System.Text;

namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>The operations on text, variable-length numbers and prefixes.</summary>
internal static class TextOperations
{
    public static Operation[] All { get; } =
    [
        new(
            "WriteText",
            static (b, x) => b.WriteText(x.Text, x.Encoding),
            static (m, x) => WriteText(m, x.Text, x.Encoding)),
        new(
            "ReadText",
            static (b, x) => b.ReadText(x.A, x.Encoding, TextErrors.Replace),
            static (m, x) => m.Reading(x.A, Framework(x.Encoding).GetString)),
        new(
            "TryReadText",
            static (b, x) => b.TryReadText(x.A, out string? text, x.Encoding) ? text : false,
            static (m, x) => x.A > m.Remaining
                ? false
                : m.Reading(x.A, bytes => Strict(bytes, x.Encoding)) is var text
                    && text is Failure { Exception: var e } && e == typeof(InvalidDataException)
                        ? false
                        : text),
        new(
            "ReadLine",
            static (b, x) => b.ReadLine(TextEncoding.Latin1),
            static (m, _) => ReadLine(m)),
        new(
            "WriteUInt32Leb128",
            static (b, x) => Operations.Do(() => b.WriteUInt32Leb128((uint)x.A)),
            static (m, x) => m.Writing(Leb128((uint)x.A))),
        new(
            "ReadUInt32Leb128",
            static (b, _) => b.ReadUInt32Leb128(),
            static (m, _) => ReadLeb128(m)),
        new(
            "WritePrefixedBytes",
            static (b, x) => Operations.Do(() => b.WritePrefixedBytes(x.Prefix, x.Bytes)),
            static (m, x) => m.Writing([.. Prefix(x.Prefix, x.Bytes.Length), .. x.Bytes])),
        new(
            "ReadPrefixedBytes",
            static (b, x) => b.ReadPrefixedBytes(LengthPrefix.UInt8, x.A),
            static (m, x) => ReadPrefixed(m, x.A)),
    ];

    private static Encoding Framework(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8 => Encoding.UTF8,
        TextEncoding.Utf16 => Encoding.BigEndianUnicode,
        TextEncoding.Utf16LittleEndian => Encoding.Unicode,
        _ => Encoding.Latin1,
    };

    private static object? WriteText(BufferModel model, string text, TextEncoding encoding)
    {
        if (encoding == TextEncoding.Latin1 && text.Any(static unit => unit > 0xFF))
            return Failure.Argument;

        byte[] bytes = Framework(encoding).GetBytes(text);
        return model.Writing(bytes) ?? bytes.Length;
    }

    /// <summary>What was replaced does not become the same bytes again.</summary>
    private static object Strict(byte[] bytes, TextEncoding encoding)
    {
        string text = Framework(encoding).GetString(bytes);
        return Framework(encoding).GetBytes(text).AsSpan().SequenceEqual(bytes)
            ? text
            : Failure.InvalidData;
    }

    private static string? ReadLine(BufferModel model)
    {
        if (model.Remaining == 0)
            return null;

        string rest = Encoding.Latin1.GetString(model.Rest);
        int end = rest.IndexOf('\n');
        model.Position += end < 0 ? rest.Length : end + 1;
        string line = end < 0 ? rest : rest[..end];
        return end > 0 && line[^1] == '\r' ? line[..^1] : line;
    }

    private static byte[] Leb128(uint value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value /= 128)
            bytes.Add((byte)((value % 128) + 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static object ReadLeb128(BufferModel model)
    {
        UInt128 value = 0;
        ReadOnlySpan<byte> rest = model.Rest;
        for (int i = 0; i < rest.Length && i < 5; i++)
        {
            value += (UInt128)(rest[i] % 128) << (7 * i);
            if (value > uint.MaxValue)
                return Failure.InvalidData;
            if (rest[i] < 128)
            {
                model.Position += i + 1;
                return (uint)value;
            }
        }

        return rest.Length >= 5 ? Failure.InvalidData : Failure.Underflow;
    }

    private static byte[] Prefix(LengthPrefix prefix, int length) => prefix switch
    {
        LengthPrefix.UInt16 => [0, (byte)length],
        LengthPrefix.UInt16LittleEndian => [(byte)length, 0],
        LengthPrefix.UInt32 => [0, 0, 0, (byte)length],
        LengthPrefix.UInt32LittleEndian => [(byte)length, 0, 0, 0],
        _ => [(byte)length],
    };

    private static object? ReadPrefixed(BufferModel model, int max)
    {
        if (max < 0)
            return Failure.OutOfRange;
        if (model.Remaining == 0)
            return Failure.Underflow;

        int length = model.Rest[0];
        if (length > max)
            return Failure.InvalidData;
        if (length >= model.Remaining)
            return Failure.Underflow;

        model.Position++;
        return model.Reading(length, static bytes => bytes);
    }
}
