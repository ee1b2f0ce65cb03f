namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class BufferReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [Trait("pitfall", "26")]
    public void ReadNumber_AtAnyPosition_NeedsAllOfItsBytes(int size)
    {
        for (int skipped = 0; skipped <= 17; skipped++)
        {
            var reader = new BufferReader(new byte[skipped + size]);
            reader.Advance(skipped);
            Read(ref reader, size);
            Assert.Equal(0, reader.Remaining);

            for (int missing = 1; missing <= size; missing++)
            {
                var tooShort = new BufferReader(new byte[skipped + size - missing]);
                tooShort.Advance(skipped);
                Assert.True(Underflows(ref tooShort, size), $"{size} at {skipped}");
                Assert.Equal(skipped, tooShort.Position);
            }
        }
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 5)]
    [InlineData(8, 0)]
    [Trait("pitfall", "26")]
    public void ReadBytes_AtAnyPosition_NeedsAllOfThem(int skipped, int left)
    {
        byte[] bytes = [0, 1, 2, 3, 4, 5, 6, 7];
        var reader = new BufferReader(bytes);
        reader.Advance(skipped);
        Assert.Equal(bytes[skipped..], reader.ReadBytes(left).ToArray());

        foreach (int count in new[] { left + 1, left + skipped + 1, int.MaxValue })
        {
            Assert.Throws<BufferUnderflowException>(() =>
            {
                var tooShort = new BufferReader(bytes);
                tooShort.Advance(skipped);
                tooShort.ReadBytes(count);
            });
        }

        Assert.Throws<ArgumentOutOfRangeException>(
            () => new BufferReader(bytes).ReadBytes(-1).Length);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Advance_OutsideTheBytes_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var reader = new BufferReader(new byte[8]);
            reader.Advance(3);
            reader.Advance(count);
        });

    [Fact]
    public void IndexOf_AtThePositionItself_IsThePosition()
    {
        var reader = new BufferReader([9, 7, 8]);
        reader.Advance(1);

        Assert.Equal(1, reader.IndexOf(7));
        Assert.Equal(1, reader.IndexOf([7, 8]));
        Assert.Equal(-1, reader.IndexOf(9));
        Assert.Equal(-1, reader.IndexOf([9, 7]));
    }

    [Fact]
    public void TryReadText_AllBytesAreThere_MovesBehindThem()
    {
        var reader = new BufferReader("abcd"u8);

        Assert.True(reader.TryReadText(3, out string? text));
        Assert.Equal("abc", text);
        Assert.Equal(3, reader.Position);
        Assert.False(reader.TryReadText(2, out _));
        Assert.Equal(3, reader.Position);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var any = new BufferReader([]);
            any.TryReadText(-1, out _);
        });
    }

    private static bool Underflows(ref BufferReader reader, int size)
    {
        try
        {
            Read(ref reader, size);
            return false;
        }
        catch (BufferUnderflowException)
        {
            return true;
        }
    }

    private static void Read(ref BufferReader reader, int size) => _ = size switch
    {
        1 => reader.ReadByte(),
        2 => reader.ReadUInt16(),
        4 => reader.ReadUInt32(),
        8 => reader.ReadUInt64LittleEndian(),
        _ => reader.ReadUInt128(),
    };
}
