namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class LinesTests
{
    public static MatrixTheoryData<BufferKind, TextEncoding> KindsAndEncodings =>
        new(Enum.GetValues<BufferKind>(), Enum.GetValues<TextEncoding>());

    public static TheoryData<TextEncoding> Encodings => [.. Enum.GetValues<TextEncoding>()];

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void ReadLine_LinesOfAllKinds_ReturnsThemAndThenNull(
        BufferKind kind, TextEncoding encoding)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        buffer.WriteText("one\r\n\nt\rwo\n\r\nlast", encoding);
        buffer.ResetForRead();

        Assert.Equal("one", buffer.ReadLine(encoding));
        Assert.Equal("", buffer.ReadLine(encoding));
        Assert.Equal("t\rwo", buffer.ReadLine(encoding));
        Assert.Equal("", buffer.ReadLine(encoding));
        Assert.Equal("last", buffer.ReadLine(encoding));
        Assert.Null(buffer.ReadLine(encoding));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ReadLine_TerminatorAtTheEnd_IsNoFurtherLine(TextEncoding encoding)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        buffer.WriteText("a\n", encoding);
        buffer.ResetForRead();

        Assert.Equal("a", buffer.ReadLine(encoding));
        Assert.Null(buffer.ReadLine(encoding));
    }

    [Fact]
    public void ReadLine_BytesOfALineFeedInOtherCharacters_EndNoLine()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(16, AllocationZone.Heap);
        buffer.WriteText("\u0A41\u000B\u0A0A\u420A\n", TextEncoding.Utf16);
        buffer.ResetForRead();

        Assert.Equal("\u0A41\u000B\u0A0A\u420A", buffer.ReadLine(TextEncoding.Utf16));
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void ReadLine_BytesThatAreNoText_DoesAsTheModeSays(
        BufferKind kind, TextEncoding encoding)
    {
        if (encoding == TextEncoding.Latin1)
            return;

        byte[] lone = encoding == TextEncoding.Utf8 ? [0xFF] : [0xDC, 0xDC];
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.WriteBytes(lone);
        buffer.WriteText("\n", encoding);
        buffer.ResetForRead();

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadLine(encoding));
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.TryReadLine(8, out _, encoding));
        Assert.Equal("\uFFFD", buffer.ReadLine(encoding, TextErrors.Replace));
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void TryReadLine_NoTerminatorYet_IsFalseAndChangesNothing(
        BufferKind kind, TextEncoding encoding)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        foreach (string text in new[] { "", "a", "abc", "abc\r", "\r" })
        {
            buffer.ResetForWrite();
            buffer.WriteText(text, encoding);
            buffer.ResetForRead();
            BufferAssert.IsFalseAndKeeps(
                buffer, () => buffer.TryReadLine(Size("abc", encoding), out _, encoding));
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void TryReadLine_TerminatorThere_ReadsTheLine(BufferKind kind, TextEncoding encoding)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        buffer.WriteText("abc\r\n\nd", encoding);
        buffer.ResetForRead();
        int max = Size("abc", encoding);

        Assert.True(buffer.TryReadLine(max, out string? line, encoding));
        Assert.Equal("abc", line);
        Assert.True(buffer.TryReadLine(0, out line, encoding));
        Assert.Equal("", line);
        Assert.False(buffer.TryReadLine(max, out line, encoding));
        Assert.Null(line);
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    [Trait("pitfall", "30")]
    public void TryReadLine_LongerThanTheCap_ThrowsAndChangesNothing(
        BufferKind kind, TextEncoding encoding)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        int max = Size("abc", encoding);
        string[] texts = ["abcd", "abcd\n", "abcd\r\n", "abcdefg", "abc\rd", "abc\r\r\n"];
        foreach (string text in texts)
        {
            buffer.ResetForWrite();
            buffer.WriteText(text, encoding);
            buffer.ResetForRead();
            BufferAssert.ThrowsAndKeeps<InvalidDataException>(
                buffer, () => buffer.TryReadLine(max, out _, encoding));
        }

        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.TryReadLine(-1, out _, encoding));
    }

    [Fact]
    public void TryReadLine_LargestCap_DoesNotWrap()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap("abc\n"u8.ToArray());

        Assert.True(buffer.TryReadLine(int.MaxValue, out string? line));
        Assert.Equal("abc", line);
    }

    private static int Size(string text, TextEncoding encoding) =>
        TextTests.Framework(encoding).GetByteCount(text);
}
