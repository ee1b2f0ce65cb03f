namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class TransformsTests
{
    private const uint Mask = 0xA1B2C3D4;

    private static readonly byte[] s_mask = [0xA1, 0xB2, 0xC3, 0xD4];

    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fill_PartOfTheBuffer_ChangesWhatRemainsOnly(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 6);
        BufferAssert.Number(buffer);
        buffer.Limit = 4;
        buffer.Position = 1;
        buffer.Fill(9);
        buffer.Limit = 6;

        Assert.Equal(1, buffer.Position);
        Assert.Equal([1, 9, 9, 9, 5, 6], buffer.AsSpan(0, 6).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteRepeated_Count_MovesBehindIt(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 6);
        buffer.WriteByte(1);
        buffer.WriteRepeated(7, 3);

        Assert.Equal([1, 7, 7, 7], BufferAssert.Written(buffer));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteRepeated(7, 3));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void XorMask_EveryOffsetAndLength_IsWhatTheStandardSays(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 150);
        for (int offset = 0; offset < 4; offset++)
        {
            for (int length = 0; length <= 140; length++)
            {
                buffer.ResetForWrite();
                BufferAssert.Number(buffer);
                buffer.Limit = length + 3;
                buffer.Position = 3;
                int next = buffer.XorMask(Mask, offset);
                buffer.Limit = 150;

                Assert.Equal((offset + length) % 4, next);
                Assert.Equal(Expected(length, offset), buffer.AsSpan(0, 150).ToArray());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void XorMask_InPieces_IsWhatItIsAtOnce(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 100);
        BufferAssert.Number(buffer);
        int offset = 0;
        int start = 3;
        for (int length = 1; start + length <= 100; start += length, length += 2)
        {
            buffer.Limit = start + length;
            buffer.Position = start;
            offset = buffer.XorMask(s_mask, offset);
        }

        buffer.Limit = 100;
        Assert.Equal(Expected(start - 3, 0)[..100], buffer.AsSpan(0, 100).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void XorMask_NoSuchMask_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        BufferAssert.Number(buffer);
        foreach (int offset in new[] { -1, 4, int.MaxValue, int.MinValue })
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.XorMask(Mask, offset));
        }

        BufferAssert.ThrowsAndKeeps<ArgumentException>(buffer, () => buffer.XorMask([1, 2, 3]));
    }

    /// <summary>150 numbered bytes; some behind the third are masked, one by one.</summary>
    private static byte[] Expected(int length, int offset)
    {
        byte[] bytes = [.. Enumerable.Range(1, 150).Select(value => (byte)value)];
        for (int i = 0; i < length; i++)
            bytes[3 + i] ^= s_mask[(offset + i) % 4];
        return bytes;
    }
}
