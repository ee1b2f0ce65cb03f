using System.Buffers;

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
    public void Write_BehindThePositionIsTooLittleRoom_ThrowsAndWritesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 7);
        buffer.RemainingSpan.Fill(9);
        buffer.Position = 4;

        Assert.Throws<BufferOverflowException>(() => buffer.WriteInt32(0));
        Assert.Throws<BufferOverflowException>(() => buffer.WriteBytes([0, 0, 0, 0]));
        Assert.Equal(4, buffer.Position);
        Assert.Equal([9, 9, 9], buffer.RemainingSpan.ToArray());
        buffer.WriteBytes([1, 2, 3]);
        Assert.Equal(7, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadBytes_BehindThePositionIsTooLittle_ThrowsAndKeepsThePosition(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 7);
        buffer.Position = 4;

        Assert.Throws<BufferUnderflowException>(() => buffer.ReadBytes(new byte[4]));
        Assert.Equal(4, buffer.Position);
        buffer.ReadBytes(new byte[3]);
        Assert.Equal(7, buffer.Position);
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

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "25")]
    public void Limit_BelowThePosition_TakesThePositionAlong(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Position = 6;
        buffer.Limit = 4;
        Assert.Equal((4, 4, 0), (buffer.Position, buffer.Limit, buffer.Remaining));

        buffer.Limit = 8;
        Assert.Equal((4, 8, 4), (buffer.Position, buffer.Limit, buffer.Remaining));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void Advance_BeyondWhatRemains_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.Position = 3;
        buffer.Limit = 6;
        foreach (int count in new[] { -1, 4, int.MaxValue, int.MinValue })
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.Advance(count));
        }

        buffer.Advance(3);
        Assert.Equal(6, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Compact_SomeRemains_StandsAtTheFrontAndRoomFollows(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        BufferAssert.Number(buffer);
        buffer.Limit = 7;
        buffer.Position = 2;
        buffer.Compact();

        Assert.Equal((5, 8), (buffer.Position, buffer.Limit));
        Assert.Equal([3, 4, 5, 6, 7], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ResetForWrite_AfterReading_GivesAllRoomAndKeepsTheBytes(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        BufferAssert.Number(buffer);
        buffer.Limit = 4;
        buffer.ReadInt16();
        buffer.ResetForWrite();

        Assert.Equal((0, 8), (buffer.Position, buffer.Limit));
        Assert.Equal(1, buffer.GetByte(0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BufferWriter_Room_IsWhatRemainsAndIsWrittenByAdvance(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        IBufferWriter<byte> writer = buffer;
        writer.GetSpan(8)[0] = 1;
        writer.Advance(1);
        writer.GetMemory().Span[0] = 2;
        writer.Advance(1);
        Assert.Equal(6, writer.GetSpan().Length);
        Assert.Equal(6, writer.GetMemory(6).Length);
        writer.Write((ReadOnlySpan<byte>)[3, 4]);

        Assert.Equal([1, 2, 3, 4], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BufferWriter_NotAsMuchRoom_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        IBufferWriter<byte> writer = buffer;
        buffer.Position = 2;
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(buffer, () => writer.GetMemory(7));
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(buffer, () => writer.GetSpan(7));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
            buffer, () => writer.GetMemory(-1));
        BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(buffer, () => writer.Advance(7));

        // The contract of IBufferWriter: never an empty span.
        buffer.Position = 8;
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(buffer, () => writer.GetSpan());
    }
}
