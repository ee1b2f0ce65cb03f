namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class BufferWriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [Trait("pitfall", "26")]
    public void WriteNumber_AtAnyPosition_NeedsRoomForAllOfIt(int size)
    {
        for (int skipped = 0; skipped <= 17; skipped++)
        {
            var writer = new BufferWriter(new byte[skipped + size]);
            writer.Advance(skipped);
            Write(ref writer, size);
            Assert.Equal(0, writer.Remaining);

            for (int missing = 1; missing <= size; missing++)
            {
                var tooShort = new BufferWriter(new byte[skipped + size - missing]);
                tooShort.Advance(skipped);
                Assert.True(Overflows(ref tooShort, size), $"{size} at {skipped}");
                Assert.Equal(skipped, tooShort.Position);
            }
        }
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 5)]
    [InlineData(8, 0)]
    [Trait("pitfall", "26")]
    public void WriteBytes_AtAnyPosition_NeedsRoomForAll(int skipped, int left)
    {
        byte[] room = new byte[8];
        var writer = new BufferWriter(room);
        writer.Advance(skipped);
        writer.WriteBytes(new byte[left].AsSpan());
        Assert.Equal(8, writer.Position);

        foreach (int count in new[] { left + 1, left + skipped + 1 })
        {
            Assert.Throws<BufferOverflowException>(() =>
            {
                var tooShort = new BufferWriter(room);
                tooShort.Advance(skipped);
                tooShort.WriteBytes(new byte[count]);
            });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new BufferWriter(room).Take(-1).Length);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Advance_OutsideTheRoom_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var writer = new BufferWriter(new byte[8]);
            writer.Advance(3);
            writer.Advance(count);
        });

    [Fact]
    public void WriteBoolean_TrueAndFalse_AreOneAndZero()
    {
        byte[] room = [9, 9, 9];
        var writer = new BufferWriter(room);

        writer.WriteBoolean(true);
        writer.WriteBoolean(false);

        Assert.Equal([1, 0, 9], room);
    }

    [Fact]
    public void WritePrefixedBytes_TheyFitExactly_AreWritten()
    {
        byte[] room = new byte[4];
        var writer = new BufferWriter(room);

        writer.WritePrefixedBytes(LengthPrefix.UInt8, [7, 8, 9]);

        Assert.Equal([3, 7, 8, 9], room);
        Assert.Equal(0, writer.Remaining);
    }

    private static bool Overflows(ref BufferWriter writer, int size)
    {
        try
        {
            Write(ref writer, size);
            return false;
        }
        catch (BufferOverflowException)
        {
            return true;
        }
    }

    private static void Write(ref BufferWriter writer, int size)
    {
        switch (size)
        {
            case 1:
                writer.WriteByte(1);
                break;
            case 2:
                writer.WriteUInt16(1);
                break;
            case 4:
                writer.WriteUInt32(1);
                break;
            case 8:
                writer.WriteUInt64LittleEndian(1);
                break;
            default:
                writer.WriteUInt128(1);
                break;
        }
    }
}
