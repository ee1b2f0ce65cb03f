using System.Text;

namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class TextTests
{
    // One, two, three and four bytes in UTF-8, a surrogate pair at the end.
    private const string Mixed = "a\u00E4\u20AC\u4E2D z\U0001F600";

    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    public static MatrixTheoryData<BufferKind, TextEncoding> KindsAndEncodings =>
        new(Enum.GetValues<BufferKind>(), Enum.GetValues<TextEncoding>());

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void WriteText_ValidText_WritesTheBytesOfTheFramework(
        BufferKind kind, TextEncoding encoding)
    {
        foreach (string text in Texts(encoding))
        {
            byte[] expected = Framework(encoding).GetBytes(text);
            using PlatformBuffer exact = BufferFactory.Create(kind, expected.Length);
            using PlatformBuffer large = BufferFactory.Create(kind, expected.Length + 300);

            Assert.Equal(expected.Length, exact.WriteText(text, encoding));
            Assert.Equal(expected.Length, large.WriteText(text, encoding, TextErrors.Replace));
            Assert.Equal(expected, BufferAssert.Written(exact));
            Assert.Equal(expected, BufferAssert.Written(large));
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void ReadText_BytesOfTheFramework_ReturnsTheText(
        BufferKind kind, TextEncoding encoding)
    {
        foreach (string text in Texts(encoding))
        {
            byte[] bytes = Framework(encoding).GetBytes(text);
            using PlatformBuffer buffer = BufferFactory.Create(kind, bytes.Length + 1);
            buffer.SetBytes(1, bytes);
            buffer.Position = 1;

            Assert.Equal(text, buffer.ReadText(bytes.Length, encoding));
            Assert.Equal(0, buffer.Remaining);
            buffer.Position = 1;
            Assert.True(buffer.TryReadText(bytes.Length, out string? again, encoding));
            Assert.Equal(0, buffer.Remaining);
            Assert.Equal(text, again);
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void WriteText_TooLittleRoom_ThrowsAndChangesNothing(
        BufferKind kind, TextEncoding encoding)
    {
        string text = Texts(encoding)[^1];
        int size = Framework(encoding).GetByteCount(text) - 1;
        using PlatformBuffer buffer = BufferFactory.Create(kind, size);
        BufferAssert.Number(buffer);

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteText(text, encoding));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteText(text, encoding, TextErrors.Replace));
        BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryWriteText(text, out _, encoding));
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    [Trait("pitfall", "30")]
    public void ReadText_MoreBytesThanRemain_FailsBeforeItAllocates(
        BufferKind kind, TextEncoding encoding)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Position = 1;
        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
            buffer, () => buffer.ReadText(8, encoding));
        BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadText(8, out _, encoding));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.ReadText(-1, encoding));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.TryReadText(-1, out _, encoding));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(buffer.TryReadText(int.MaxValue, out _, encoding));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(TextEncoding.Utf8, "C3", "\uFFFD")]
    [InlineData(TextEncoding.Utf8, "41C0AF", "A\uFFFD\uFFFD")]
    [InlineData(TextEncoding.Utf8, "EDA080", "\uFFFD\uFFFD\uFFFD")]
    [InlineData(TextEncoding.Utf8, "F09F9841", "\uFFFDA")]
    [InlineData(TextEncoding.Utf16, "0041D800", "A\uFFFD")]
    [InlineData(TextEncoding.Utf16, "DC000041", "\uFFFDA")]
    [InlineData(TextEncoding.Utf16, "D83DD83DDE00", "\uFFFD\U0001F600")]
    [InlineData(TextEncoding.Utf16, "00", "\uFFFD")]
    [InlineData(TextEncoding.Utf16LittleEndian, "410000D8", "A\uFFFD")]
    [InlineData(TextEncoding.Utf16LittleEndian, "410042", "A\uFFFD")]
    public void ReadText_BytesThatAreNoText_DoesAsTheModeSays(
        TextEncoding encoding, string hex, string replaced)
    {
        byte[] bytes = Convert.FromHexString(hex);
        using PlatformBuffer buffer = PlatformBuffer.Wrap(bytes);

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadText(bytes.Length, encoding));
        BufferAssert.IsFalseAndKeeps(
            buffer, () => buffer.TryReadText(bytes.Length, out _, encoding));
        Assert.Equal(replaced, buffer.ReadText(bytes.Length, encoding, TextErrors.Replace));
        Assert.Equal(replaced, Framework(encoding).GetString(bytes));
        Assert.Equal(0, buffer.Remaining);
    }

    // The characters as hexadecimal numbers: the test platform cannot carry half a pair.
    [Theory]
    [InlineData(TextEncoding.Utf8, "0061D800", "61EFBFBD")]
    [InlineData(TextEncoding.Utf8, "DC00D83DDE00", "EFBFBDF09F9880")]
    [InlineData(TextEncoding.Utf16, "D800D83DDE00DC00", "FFFDD83DDE00FFFD")]
    [InlineData(TextEncoding.Utf16LittleEndian, "DC000061D800", "FDFF6100FDFF")]
    [InlineData(TextEncoding.Latin1, "00FF0100", "FF3F")]
    [InlineData(TextEncoding.Latin1, "0061D83DDE000062D800", "613F623F")]
    [InlineData(TextEncoding.Latin1, "FF21", "3F")]
    public void WriteText_TextWithoutBytes_DoesAsTheModeSays(
        TextEncoding encoding, string units, string hex)
    {
        char[] text =
            [.. units.Chunk(4).Select(unit => (char)Convert.ToUInt16(new string(unit), 16))];
        byte[] expected = Convert.FromHexString(hex);
        using PlatformBuffer buffer = PlatformBuffer.Allocate(expected.Length);
        buffer.Fill(0);

        BufferAssert.ThrowsAndKeeps<ArgumentException>(
            buffer, () => buffer.WriteText(text, encoding));
        BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryWriteText(text, out _, encoding));
        Assert.Equal(expected.Length, buffer.WriteText(text, encoding, TextErrors.Replace));
        Assert.Equal(expected, BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryWriteText_ValidText_WritesIt(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 32);

        Assert.True(buffer.TryWriteText(Mixed, out int bytesWritten));
        Assert.Equal(Encoding.UTF8.GetBytes(Mixed), BufferAssert.Written(buffer));
        Assert.Equal(buffer.Position, bytesWritten);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadAndWriteText_NoSuchEncoding_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        const TextEncoding None = (TextEncoding)4;
        Action[] actions =
        [
            () => buffer.ReadText(1, None),
            () => buffer.TryReadText(1, out _, (TextEncoding)(-1)),
            () => buffer.WriteText("a", None),
            () => buffer.TryWriteText("a", out _, None),
            () => buffer.ReadText(1, TextEncoding.Utf8, (TextErrors)2),
            () => buffer.ReadLine(None),
            () => buffer.TryReadLine(8, out _, None),
            () => buffer.ReadTextPart(new char[1], None, TextErrors.Throw, true),
            () => buffer.WriteTextPart("a", None, TextErrors.Throw, true),
        ];
        foreach (Action action in actions)
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(buffer, action);
    }

    internal static Encoding Framework(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8 => Encoding.UTF8,
        TextEncoding.Utf16 => Encoding.BigEndianUnicode,
        TextEncoding.Utf16LittleEndian => Encoding.Unicode,
        _ => Encoding.Latin1,
    };

    /// <summary>The last one ends with the longest code point of the encoding.</summary>
    private static string[] Texts(TextEncoding encoding) =>
        encoding == TextEncoding.Latin1
            ? ["", "a", "a\u00E4\0\u00FF", new string('\u00FC', 100)]
            : ["", "a", "\uFEFFa", new string('\u00FC', 100), new string('x', 99) + Mixed];
}
