namespace Sluice.Memory.Tests.Buffers.Access;

public sealed class BytesTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadBytes_Count_ReturnsACopy(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 2;
        byte[] bytes = buffer.ReadBytes(3);
        buffer.Fill(0);
        buffer.SetByte(2, 0);

        Assert.Equal([3, 4, 5], bytes);
        Assert.Equal(5, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadBytes_Nothing_IsEmptyAtTheEndToo(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 8;
        buffer.ReadBytes(Span<byte>.Empty);

        Assert.Empty(buffer.ReadBytes(0));
        Assert.Equal(8, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "30")]
    public void ReadBytes_CountOfAPeer_IsComparedBeforeAnythingIsAllocated(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(buffer, () => buffer.ReadBytes(9));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BufferUnderflowException>(() => buffer.ReadBytes(Array.MaxLength));
        Assert.Throws<BufferUnderflowException>(() => buffer.ReadSlice(int.MaxValue));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void ReadBytes_NegativeCount_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        foreach (int count in new[] { -1, int.MinValue })
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.ReadBytes(count));
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.ReadSlice(count));
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.WriteRepeated(0, count));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadSlice_AllThatIsLeft_IsTheSlice(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 5;

        using PlatformBuffer slice = buffer.ReadSlice(3);

        Assert.Equal([6, 7, 8], slice.ReadBytes(3));
        Assert.Equal(8, buffer.Position);
    }

    [Fact]
    public void ReadAndWriteBytes_NoArray_Throw()
    {
        using PlatformBuffer buffer = Numbered(BufferKind.Heap, 8);

        Assert.Throws<ArgumentNullException>(() => buffer.ReadBytes(null!, 0, 0));
        Assert.Throws<ArgumentNullException>(() => buffer.WriteBytes(null!, 0, 0));
    }

    [Fact]
    public void WriteAndSetBoolean_OverOtherBytes_AreOneAndZero()
    {
        using PlatformBuffer buffer = Numbered(BufferKind.Heap, 8);

        buffer.WriteBoolean(true);
        buffer.WriteBoolean(false);
        buffer.SetBoolean(2, true);
        buffer.SetBoolean(3, false);

        Assert.Equal([1, 0, 1, 0, 5], buffer.AsSpan(0, 5).ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadBytes_PartOfAnArray_FillsThatPartOnly(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        byte[] array = new byte[5];
        buffer.ReadBytes(array, 1, 3);

        Assert.Equal([0, 1, 2, 3, 0], array);
        Assert.Equal(3, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void ReadAndWriteBytes_RangeOutsideTheArray_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 16);
        byte[] array = new byte[8];
        (int, int)[] ranges =
        [
            (-1, 1), (0, -1), (0, 9), (8, 1), (9, 0), (int.MaxValue, 1), (1, int.MaxValue),
            (int.MaxValue, int.MaxValue), (int.MinValue, int.MinValue), (4, -4),
        ];
        foreach ((int offset, int count) in ranges)
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.ReadBytes(array, offset, count));
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.WriteBytes(array, offset, count));
        }

        Assert.Equal(new byte[8], array);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteBytes_PartOfAnArray_WritesThatPart(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        buffer.WriteBytes([1, 2, 3, 4], 1, 2);
        buffer.WriteBytes([9]);

        Assert.Equal([2, 3, 9], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteBytes_OwnBytes_WritesWhatTheyWere(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 2;
        buffer.WriteBytes(buffer.AsSpan(0, 6));

        Assert.Equal([1, 2, 1, 2, 3, 4, 5, 6], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WriteBytes_TooMany_ThrowsAndChangesNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 3;

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(
            buffer, () => buffer.WriteBytes(new byte[6]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadSlice_Count_LooksAtTheSameBytes(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Position = 2;
        using PlatformBuffer slice = buffer.ReadSlice(3);
        buffer.SetByte(3, 99);

        Assert.Equal([3, 99, 5], slice.RemainingSpan.ToArray());
        Assert.Equal((5, 3), (buffer.Position, slice.Capacity));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_AnotherBuffer_MovesBothPositions(BufferKind kind)
    {
        using PlatformBuffer source = Numbered(kind, 5);
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        source.Position = 1;
        buffer.Write(source);

        Assert.Equal([2, 3, 4, 5], BufferAssert.Written(buffer));
        Assert.Equal(0, source.Remaining);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_BufferThatIsTooLarge_ThrowsAndMovesNeither(BufferKind kind)
    {
        using PlatformBuffer source = Numbered(kind, 5);
        using PlatformBuffer buffer = BufferFactory.Create(kind, 4);

        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(buffer, () => buffer.Write(source));
        Assert.Equal(0, source.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_Itself_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 5);

        BufferAssert.ThrowsAndKeeps<ArgumentException>(buffer, () => buffer.Write(buffer));
        BufferAssert.ThrowsAndKeeps<ArgumentNullException>(buffer, () => buffer.Write(null!));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_OverlappingSlice_WritesWhatItWas(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        using PlatformBuffer slice = buffer.Slice(0, 5);
        buffer.Position = 2;
        buffer.Write(slice);

        Assert.Equal([1, 2, 1, 2, 3, 4, 5], BufferAssert.Written(buffer));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SetBytes_AtAnIndex_IsWhatGetBytesReturns(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.SetBytes(5, [7, 8, 9]);
        byte[] bytes = new byte[4];
        buffer.GetBytes(4, bytes);

        Assert.Equal([5, 7, 8, 9], bytes);
        Assert.Equal(0, buffer.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void GetAndSetBytes_OutsideTheLimit_ThrowAndChangeNothing(BufferKind kind)
    {
        using PlatformBuffer buffer = Numbered(kind, 8);
        buffer.Limit = 6;
        byte[] bytes = new byte[3];
        foreach (int index in new[] { -1, 4, 6, int.MaxValue, int.MaxValue - 2, int.MinValue })
        {
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.GetBytes(index, bytes));
            BufferAssert.ThrowsAndKeeps<ArgumentOutOfRangeException>(
                buffer, () => buffer.SetBytes(index, bytes));
        }
    }

    private static PlatformBuffer Numbered(BufferKind kind, int size)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, size);
        BufferAssert.Number(buffer);
        return buffer;
    }
}
