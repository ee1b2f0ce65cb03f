namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class Leb128Tests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    // 624485 and -123456 are the examples of the DWARF standard's readers.
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7F")]
    [InlineData(128UL, "8001")]
    [InlineData(624485UL, "E58E26")]
    [InlineData(16383UL, "FF7F")]
    [InlineData(16384UL, "808001")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    [InlineData(1UL << 32, "8080808010")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void WriteUInt64_Number_IsTheShortestFormAndReadsBack(ulong value, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(10, AllocationZone.Heap);
        buffer.WriteUInt64Leb128(value);

        Assert.Equal(hex, Convert.ToHexString(BufferAssert.Written(buffer)));
        Assert.Equal(buffer.Position, BufferLeb128.GetUnsignedLeb128Length(value));
        buffer.ResetForRead();
        Assert.Equal(value, buffer.ReadUInt64Leb128());
        Assert.Equal(0, buffer.Remaining);
    }

    [Theory]
    [InlineData(0L, "00")]
    [InlineData(-1L, "7F")]
    [InlineData(63L, "3F")]
    [InlineData(64L, "C000")]
    [InlineData(-64L, "40")]
    [InlineData(-65L, "BF7F")]
    [InlineData(-123456L, "C0BB78")]
    [InlineData(int.MaxValue, "FFFFFFFF07")]
    [InlineData(int.MinValue, "8080808078")]
    [InlineData(long.MaxValue, "FFFFFFFFFFFFFFFFFF00")]
    [InlineData(long.MinValue, "8080808080808080807F")]
    public void WriteInt64_Number_IsTheShortestFormAndReadsBack(long value, string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(10, AllocationZone.Heap);
        buffer.WriteInt64Leb128(value);

        Assert.Equal(hex, Convert.ToHexString(BufferAssert.Written(buffer)));
        Assert.Equal(buffer.Position, BufferLeb128.GetSignedLeb128Length(value));
        buffer.ResetForRead();
        Assert.Equal(value, buffer.ReadInt64Leb128());
        Assert.Equal(0, buffer.Remaining);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryRead_NumberIsThere_MovesBehindIt(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.WriteBytes([0xE5, 0x8E, 0x26]);
        buffer.Position = 0;
        Assert.True(buffer.TryReadUInt32Leb128(out _));
        Assert.Equal(3, buffer.Position);
        buffer.Position = 0;
        Assert.True(buffer.TryReadUInt64Leb128(out _));
        Assert.Equal(3, buffer.Position);
        buffer.Position = 0;
        Assert.True(buffer.TryReadInt32Leb128(out _));
        Assert.Equal(3, buffer.Position);
        buffer.Position = 0;
        Assert.True(buffer.TryReadInt64Leb128(out _));
        Assert.Equal(3, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteInt32AndUInt32_PowersOfTwoAndNeighbours_ReadBack(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 40);
        for (int shift = 0; shift < 32; shift++)
        {
            foreach (int delta in new[] { -1, 0, 1 })
            {
                uint number = (1u << shift) + (uint)delta;
                buffer.ResetForWrite();
                buffer.WriteUInt32Leb128(number);
                buffer.WriteInt32Leb128((int)number);
                buffer.WriteUInt64Leb128((ulong)number << 32);
                buffer.WriteInt64Leb128((long)((ulong)number << 32));
                buffer.ResetForRead();

                Assert.Equal(number, buffer.ReadUInt32Leb128());
                Assert.Equal((int)number, buffer.ReadInt32Leb128());
                Assert.Equal((ulong)number << 32, buffer.ReadUInt64Leb128());
                Assert.Equal((long)((ulong)number << 32), buffer.ReadInt64Leb128());
            }
        }
    }

    [Theory]
    [InlineData("8000", 0)]
    [InlineData("FF8080808000", 127)]
    [InlineData("8180808000", 1)]
    public void Read_PaddedForm_IsAcceptedUpToTheLongest(string hex, int expected)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));

        if (hex.Length <= 10)
            Assert.Equal((uint)expected, buffer.ReadUInt32Leb128());
        else
            Assert.Equal((ulong)expected, buffer.ReadUInt64Leb128());
    }

    [Fact]
    public void ReadSigned_PaddedForm_IsAcceptedUpToTheLongest()
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(
            Convert.FromHexString("FFFFFFFF7F" + "FFFFFFFFFFFFFFFFFF7F" + "8180808000"));

        Assert.Equal(-1, buffer.ReadInt32Leb128());
        Assert.Equal(-1, buffer.ReadInt64Leb128());
        Assert.Equal(1, buffer.ReadInt32Leb128());
    }

    [Theory]
    [InlineData("FFFFFFFF1F")]
    [InlineData("8080808080")]
    [InlineData("808080808000")]
    [InlineData("FFFFFFFFFF")]
    public void ReadUInt32_TooManyBits_ThrowsAndChangesNothing(string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadUInt32Leb128());
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.TryReadUInt32Leb128(out _));
    }

    [Theory]
    [InlineData("FFFFFFFF0F")]
    [InlineData("8080808008")]
    [InlineData("8080808070")]
    [InlineData("FFFFFFFF47")]
    [InlineData("FFFFFFFFFF")]
    [InlineData("8080808080")]
    public void ReadInt32_TooManyBits_ThrowsAndChangesNothing(string hex)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(Convert.FromHexString(hex));

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.ReadInt32Leb128());
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            buffer, () => buffer.TryReadInt32Leb128(out _));
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFFF02", "FFFFFFFFFFFFFFFFFF01")]
    [InlineData("80808080808080808080", "80808080808080808080")]
    [InlineData("FFFFFFFFFFFFFFFFFF81", "80808080808080808001")]
    [InlineData("FFFFFFFFFFFFFFFFFF03", "8080808080808080807E")]
    public void Read64Bits_TooManyBits_ThrowsAndChangesNothing(string unsigned, string signed)
    {
        using PlatformBuffer first = PlatformBuffer.Wrap(Convert.FromHexString(unsigned));
        using PlatformBuffer second = PlatformBuffer.Wrap(Convert.FromHexString(signed));

        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            first, () => first.ReadUInt64Leb128());
        BufferAssert.ThrowsAndKeeps<InvalidDataException>(
            second, () => second.ReadInt64Leb128());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_EndNotThere_ChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Fill(0x80);
        for (int limit = 0; limit <= 4; limit++)
        {
            buffer.Limit = limit;
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadUInt32Leb128());
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadInt32Leb128());
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadUInt64Leb128());
            BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
                buffer, () => buffer.ReadInt64Leb128());
            BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadUInt32Leb128(out _));
            BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadInt32Leb128(out _));
            BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadUInt64Leb128(out _));
            BufferAssert.IsFalseAndKeeps(buffer, () => buffer.TryReadInt64Leb128(out _));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_TooLittleRoom_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 4);
        BufferAssert.Number(buffer);

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteUInt32Leb128(uint.MaxValue));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteInt32Leb128(int.MinValue));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteUInt64Leb128(ulong.MaxValue));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteInt64Leb128(long.MinValue));
    }
}
