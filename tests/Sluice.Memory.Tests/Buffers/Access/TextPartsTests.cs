using System.Text;

namespace Sluice.Memory.Tests.Buffers.Access;

/// <summary>Text in pieces: no code point is ever split.</summary>
public sealed class TextPartsTests
{
    private const string Mixed = "a\u00E4\u20AC\U0001F600b\U00010348\u00FF";

    public static TheoryData<TextEncoding> Encodings => [.. Enum.GetValues<TextEncoding>()];

    public static MatrixTheoryData<BufferKind, TextEncoding> KindsAndEncodings =>
        new(Enum.GetValues<BufferKind>(), Enum.GetValues<TextEncoding>());

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void WriteTextPart_AnyRoom_WritesWholeCodePointsAndAllOfThemInTheEnd(
        BufferKind kind, TextEncoding encoding)
    {
        string text = encoding == TextEncoding.Latin1 ? "a\u00E4b\u00FF" : Mixed;
        for (int size = 4; size < 20; size++)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, size);
            var result = new StringBuilder();
            ReadOnlyMemory<char> rest = text.AsMemory();
            while (!rest.IsEmpty)
            {
                buffer.ResetForWrite();
                int count = buffer.WriteTextPart(rest.Span, encoding, TextErrors.Throw, true);
                buffer.ResetForRead();
                result.Append(buffer.ReadText(buffer.Remaining, encoding));
                Assert.NotEqual(0, count);
                rest = rest[count..];
            }

            Assert.Equal(text, result.ToString());
        }
    }

    [Fact]
    public void WriteTextPart_Latin1ReplacedAndNoRoomLeft_StopsAtTheRoom()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(4, AllocationZone.Heap);

        Assert.Equal(
            4, buffer.WriteTextPart("a\u20ACbcd", TextEncoding.Latin1, TextErrors.Replace, true));
        Assert.Equal("a?bc"u8.ToArray(), BufferAssert.Written(buffer));
    }

    [Fact]
    public void WriteTextPart_LastCharacterHasNoByteAndMoreFollows_IsNoHalfOfAPair()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(4, AllocationZone.Heap);

        Assert.Throws<ArgumentException>(() => buffer.WriteTextPart(
            "\u20AC", TextEncoding.Latin1, TextErrors.Throw, false));
        Assert.Equal(
            0, buffer.WriteTextPart("\uD83D", TextEncoding.Latin1, TextErrors.Throw, false));
    }

    [Theory]
    [InlineData("\U0001F600", 1)]
    [InlineData("\U0001F600\U0001F600a", 3)]
    public void WriteText_Latin1WithReplacedPairs_NeedsAByteForEachPair(string text, int bytes)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(bytes, AllocationZone.Heap);

        buffer.WriteText(text, TextEncoding.Latin1, TextErrors.Replace);

        Assert.Equal(bytes, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(KindsAndEncodings))]
    public void ReadTextPart_AnyPieces_ReadsWholeCodePointsAndAllOfThemInTheEnd(
        BufferKind kind, TextEncoding encoding)
    {
        string text = encoding == TextEncoding.Latin1 ? "a\u00E4b\u00FF" : Mixed;
        byte[] bytes = TextTests.Framework(encoding).GetBytes(text);
        for (int room = 2; room < 9; room++)
        {
            using PlatformBuffer buffer = BufferFactory.Create(kind, bytes.Length);
            var result = new StringBuilder();
            char[] destination = new char[room];
            foreach (byte part in bytes)
            {
                buffer.WriteByte(part);
                buffer.ResetForRead();
                int count = buffer.ReadTextPart(
                    destination, encoding, TextErrors.Throw, isFinalBlock: false);
                Assert.False(count > 0 && char.IsHighSurrogate(destination[count - 1]));
                result.Append(destination, 0, count);
                buffer.Compact();
            }

            Assert.Equal(0, buffer.Position);
            Assert.Equal(text, result.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void ReadTextPart_SmallDestination_LeavesTheRest(TextEncoding encoding)
    {
        string text = encoding == TextEncoding.Latin1 ? "a\u00E4b\u00FF" : Mixed;
        using PlatformBuffer buffer =
            PlatformBuffer.Wrap(TextTests.Framework(encoding).GetBytes(text));
        var result = new StringBuilder();
        char[] destination = new char[2];
        while (buffer.Remaining > 0)
        {
            int count = buffer.ReadTextPart(destination, encoding, TextErrors.Throw, true);
            Assert.NotEqual(0, count);
            result.Append(destination, 0, count);
        }

        Assert.Equal(text, result.ToString());
    }

    [Theory]
    [InlineData(TextEncoding.Utf8)]
    [InlineData(TextEncoding.Utf16)]
    [InlineData(TextEncoding.Utf16LittleEndian)]
    public void ReadTextPart_RoomForHalfAPair_ReadsNothing(TextEncoding encoding)
    {
        using PlatformBuffer buffer =
            PlatformBuffer.Wrap(TextTests.Framework(encoding).GetBytes("\U0001F600"));

        Assert.Equal(0, buffer.ReadTextPart(new char[1], encoding, TextErrors.Throw, true));
        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [InlineData(TextEncoding.Utf8, "61E282", "a\uFFFD")]
    [InlineData(TextEncoding.Utf16, "0061D83D", "a\uFFFD")]
    [InlineData(TextEncoding.Utf16, "0061D8", "a\uFFFD")]
    [InlineData(TextEncoding.Utf16LittleEndian, "61003DD8", "a\uFFFD")]
    public void ReadTextPart_BeginningOfACodePoint_DependsOnTheFinalBlock(
        TextEncoding encoding, string hex, string replaced)
    {
        byte[] bytes = Convert.FromHexString(hex);
        using PlatformBuffer buffer = PlatformBuffer.Wrap(bytes);
        char[] destination = new char[4];
        int length = buffer.ReadTextPart(destination, encoding, TextErrors.Replace, true);
        Assert.Equal(replaced, new string(destination, 0, length));
        Assert.Equal(0, buffer.Remaining);

        buffer.ResetForRead();
        foreach (TextErrors errors in Enum.GetValues<TextErrors>())
        {
            buffer.Position = 0;
            Assert.Equal(1, buffer.ReadTextPart(destination, encoding, errors, false));
            Assert.Equal(0, buffer.ReadTextPart(destination, encoding, errors, false));
        }

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadTextPart(destination, encoding, TextErrors.Throw, true));
    }

    [Theory]
    [InlineData(TextEncoding.Utf8, "61FF62")]
    [InlineData(TextEncoding.Utf16, "0061DC000062")]
    [InlineData(TextEncoding.Utf16LittleEndian, "610000D86200")]
    public void ReadTextPart_InvalidInBetween_ReadsWhatStandsBeforeAndThenThrows(
        TextEncoding encoding, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));
        char[] destination = new char[4];

        Assert.Equal(1, buffer.ReadTextPart(destination, encoding, TextErrors.Throw, false));
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadTextPart(destination, encoding, TextErrors.Throw, false));
        Assert.Equal(2, buffer.ReadTextPart(destination, encoding, TextErrors.Replace, false));
        Assert.Equal("\uFFFDb", new string(destination, 0, 2));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void WriteTextPart_HalfAPairAtTheEnd_DependsOnTheFinalBlock(TextEncoding encoding)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(16, AllocationZone.Heap);
        foreach (TextErrors errors in Enum.GetValues<TextErrors>())
        {
            buffer.ResetForWrite();
            Assert.Equal(1, buffer.WriteTextPart("a\uD83D", encoding, errors, false));
            Assert.Equal(0, buffer.WriteTextPart("\uD83D", encoding, errors, false));
        }

        BufferAssert.ThrowsAndKeeps<ArgumentException>(
            buffer, () => buffer.WriteTextPart("\uD83D", encoding, TextErrors.Throw, true));
        Assert.Equal(1, buffer.WriteTextPart("\uD83D", encoding, TextErrors.Replace, true));
        buffer.ResetForRead();
        string replacement = encoding == TextEncoding.Latin1 ? "?" : "\uFFFD";
        Assert.Equal("a" + replacement, buffer.ReadText(buffer.Remaining, encoding));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void WriteTextPart_InvalidInBetween_WritesWhatStandsBeforeAndThenThrows(
        TextEncoding encoding)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(16, AllocationZone.Heap);

        Assert.Equal(1, buffer.WriteTextPart("a\uDC00b", encoding, TextErrors.Throw, true));
        BufferAssert.ThrowsAndKeeps<ArgumentException>(
            buffer, () => buffer.WriteTextPart("\uDC00b", encoding, TextErrors.Throw, true));
        Assert.Equal(2, buffer.WriteTextPart("\uDC00b", encoding, TextErrors.Replace, true));
    }

    [Theory]
    [InlineData(TextEncoding.Utf8, 3)]
    [InlineData(TextEncoding.Utf16, 3)]
    [InlineData(TextEncoding.Utf16LittleEndian, 2)]
    public void WriteTextPart_RoomForHalfACodePoint_WritesNothing(TextEncoding encoding, int room)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(room, AllocationZone.Heap);

        Assert.Equal(0, buffer.WriteTextPart("\U0001F600", encoding, TextErrors.Throw, true));
        Assert.Equal(0, buffer.Position);
    }

    [Fact]
    public void WriteTextPart_LoneHalfAtTheEndOfTheRoom_IsReplaced()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(4, AllocationZone.Heap);

        Assert.Equal(
            2,
            buffer.WriteTextPart("a\uD83Dbc", TextEncoding.Utf16, TextErrors.Replace, true));
        Assert.Equal([0, 0x61, 0xFF, 0xFD], BufferAssert.Written(buffer));
    }
}
