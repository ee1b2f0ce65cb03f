namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class SizedIntegersTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void GetUnsigned_NoSuchSize_Throws(int byteCount)
    {
        using PlatformBuffer buffer = PlatformBuffer.Wrap(new byte[16]);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetUnsigned(0, byteCount));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => buffer.GetUnsignedLittleEndian(0, byteCount));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteUnsigned_EachByteCount_KeepsItsLowBytesInOrder(BufferKind kind)
    {
        for (int count = 1; count <= 8; count++)
        {
            ulong value = 0xF1F2F3F4F5F6F7F8 >> (8 * (8 - count));
            byte[] big = [0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8];
            big = big[..count];
            using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
            buffer.WriteUnsigned(value, count);
            buffer.WriteUnsignedLittleEndian(value, count);

            Assert.Equal([.. big, .. big.Reverse()], BufferAssert.Written(buffer));
            buffer.ResetForRead();
            Assert.Equal(value, buffer.ReadUnsigned(count));
            Assert.Equal(value, buffer.ReadUnsignedLittleEndian(count));
            Assert.Equal(0, buffer.Remaining);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteSigned_ExtremesOfEachByteCount_ReadBackTheSame(BufferKind kind)
    {
        for (int count = 1; count <= 8; count++)
        {
            long min = long.MinValue >> (8 * (8 - count));
            foreach (long value in new[] { min, min + 1, -1, 0, 1, ~min })
            {
                using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
                buffer.WriteSigned(value, count);
                buffer.WriteSignedLittleEndian(value, count);
                buffer.ResetForRead();

                Assert.Equal(value, buffer.ReadSigned(count));
                Assert.Equal(value, buffer.ReadSignedLittleEndian(count));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Set_EachByteCount_IsWhatGetReturns(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        for (int count = 1; count <= 8; count++)
        {
            ulong value = 0xF1F2F3F4F5F6F7F8 >> (8 * (8 - count));
            buffer.SetUnsigned(1, value, count);
            Assert.Equal(value, buffer.GetUnsigned(1, count));
            buffer.SetUnsignedLittleEndian(2, value, count);
            Assert.Equal(value, buffer.GetUnsignedLittleEndian(2, count));
            buffer.SetSigned(3, -2, count);
            Assert.Equal(-2, buffer.GetSigned(3, count));
            buffer.SetSignedLittleEndian(4, -3, count);
            Assert.Equal(-3, buffer.GetSignedLittleEndian(4, count));
        }

        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_NumberThatDoesNotFit_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        BufferAssert.Number(buffer);
        for (int bytes = 1; bytes < 8; bytes++)
        {
            int count = bytes;
            ulong tooLarge = 1UL << (8 * count);
            long tooPositive = 1L << (8 * count - 1);
            Action[] actions =
            [
                () => buffer.WriteUnsigned(tooLarge, count),
                () => buffer.WriteUnsignedLittleEndian(tooLarge, count),
                () => buffer.WriteSigned(tooPositive, count),
                () => buffer.WriteSigned(-tooPositive - 1, count),
                () => buffer.WriteSignedLittleEndian(tooPositive, count),
                () => buffer.SetUnsigned(0, tooLarge, count),
                () => buffer.SetUnsignedLittleEndian(0, tooLarge, count),
                () => buffer.SetSigned(0, tooPositive, count),
                () => buffer.SetSignedLittleEndian(0, -tooPositive - 1, count),
            ];
            foreach (Action action in actions)
                BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(buffer, action);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void ReadAndWrite_NoSuchByteCount_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        foreach (int count in new[] { int.MinValue, -1, 0, 9, int.MaxValue })
        {
            Action[] actions =
            [
                () => buffer.ReadUnsigned(count),
                () => buffer.ReadSignedLittleEndian(count),
                () => buffer.WriteUnsigned(0, count),
                () => buffer.WriteSignedLittleEndian(0, count),
                () => buffer.GetUnsigned(0, count),
                () => buffer.SetSigned(0, 0, count),
            ];
            foreach (Action action in actions)
                BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(buffer, action);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadAndWrite_TooLittleLeft_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.Position = 14;

        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(
            buffer, () => buffer.ReadUnsigned(3));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteSignedLittleEndian(-1, 3));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.GetSigned(14, 3));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => buffer.SetUnsigned(int.MaxValue, 1, 3));
    }
}
