namespace Sluice.Memory.Tests.Buffers;

public sealed class CursorTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ResetForRead_AfterWrites_LeavesWhatWasWritten(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.WriteInt32(0x01020304);
        buffer.WriteInt16LittleEndian(0x0506);
        buffer.ResetForRead();

        Assert.Equal([1, 2, 3, 4, 6, 5], buffer.RemainingSpan.ToArray());
        Assert.Equal(0x01020304, buffer.ReadInt32());
        Assert.Equal(0x0506, buffer.ReadInt16LittleEndian());
        Assert.Equal(0, buffer.Remaining);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadInt32_ThreeBytesLeft_ThrowsAndKeepsThePosition(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 7);
        buffer.Position = 4;

        Assert.Throws<BufferUnderflowException>(() => buffer.ReadInt32());
        Assert.Equal(4, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteInt64_SevenBytesLeft_ThrowsAndWritesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 7);
        buffer.RemainingSpan.Fill(9);

        Assert.Throws<BufferOverflowException>(() => buffer.WriteInt64(0));
        Assert.Equal(0, buffer.Position);
        Assert.Equal([9, 9, 9, 9, 9, 9, 9], buffer.RemainingSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "25")]
    public void Position_OutsideTheLimit_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Limit = 4;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Position = 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Position = -1);
        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "25")]
    public void Limit_OutsideTheCapacity_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Limit = 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Limit = -1);
        Assert.Equal(8, buffer.Limit);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "25")]
    public void Limit_OfASlice_CannotPassItsPart(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        using PlatformBuffer slice = buffer.Slice(2, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => slice.Limit = 4);
        Assert.Equal(3, slice.Capacity);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void GetInt32_IndexThatWraps_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetInt32(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetInt32(int.MaxValue - 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetInt32(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetInt32(5));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "27")]
    public void Dispose_Twice_EndsTheBuffer(BufferKind kind)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => buffer.Position);
        Assert.Throws<ObjectDisposedException>(() => buffer.Slice());
    }
}
