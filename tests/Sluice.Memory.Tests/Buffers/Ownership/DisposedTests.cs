namespace Sluice.Memory.Tests.Buffers.Ownership;

/// <summary>Nothing can be done with a buffer that has ended.</summary>
[Trait("pitfall", "27")]
public sealed class DisposedTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryMember_AfterTheDispose_Throws(BufferKind kind)
    {
        PlatformBuffer buffer = BufferFactory.Create(kind, 64);
        buffer.Dispose();

        Assert.Empty(BufferMembers.WithoutException<ObjectDisposedException>(buffer));
    }

    [Theory]
    [InlineData(AllocationZone.Heap)]
    [InlineData(AllocationZone.Direct)]
    [InlineData(AllocationZone.SharedMemory)]
    public void EveryMember_OfASliceOfADisposedBuffer_Throws(AllocationZone zone)
    {
        PlatformBuffer buffer = PlatformBuffer.Allocate(64, zone);
        using PlatformBuffer slice = buffer.Slice(8, 32);
        using PlatformBuffer nested = slice.Slice(8, 16);
        buffer.Dispose();

        Assert.Empty(BufferMembers.WithoutException<ObjectDisposedException>(slice));
        Assert.Empty(BufferMembers.WithoutException<ObjectDisposedException>(nested));
    }

    [Fact]
    public void EveryMember_BeforeTheDispose_DoesNotSayThatItIsDisposed()
    {
        using PlatformBuffer buffer = NativeBuffer.Allocate(64);

        Assert.Equal(
            BufferMembers.WithoutException<ObjectDisposedException>(buffer).Count(),
            BufferMembers.WithoutException<IOException>(buffer).Count());
        Assert.True(BufferMembers.Count > 200, $"{BufferMembers.Count} members");
    }

    [Fact]
    public void Address_AfterTheDispose_Throws()
    {
        NativeBuffer native = NativeBuffer.Allocate(8);
        ByteArrayBuffer managed = ByteArrayBuffer.Allocate(8);
        native.Dispose();
        managed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => native.NativeAddress);
        Assert.Throws<ObjectDisposedException>(() => native.NativeSize);
        Assert.Throws<ObjectDisposedException>(() => managed.BackingArray);
        Assert.Throws<ObjectDisposedException>(() => managed.BackingArrayOffset);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_OfASlice_LeavesTheBuffer(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        PlatformBuffer slice = buffer.Slice(0, 4);
        slice.Dispose();
        slice.Dispose();
        buffer.WriteInt64(1);

        Assert.Equal(1, buffer.GetInt64(0));
        Assert.Throws<ObjectDisposedException>(() => slice.Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Slice_OfASlice_LooksAtTheSameBytes(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        BufferAssert.Number(buffer);
        using PlatformBuffer slice = buffer.Slice(2, 10);
        slice.Position = 3;
        using PlatformBuffer nested = slice.Slice();
        nested.SetByte(0, 99);

        Assert.Equal([99, 7, 8, 9, 10, 11, 12], nested.RemainingSpan.ToArray());
        Assert.Equal(99, buffer.GetByte(5));
        Assert.Equal((7, 7, 0), (nested.Capacity, nested.Limit, nested.Position));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("pitfall", "26")]
    public void Slice_OutsideTheLimit_Throws(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 16);
        buffer.Limit = 12;
        (int, int)[] ranges =
        [
            (-1, 1), (0, -1), (0, 13), (13, 0), (12, 1), (int.MaxValue, 1), (1, int.MaxValue),
            (int.MinValue, int.MinValue), (4, -4),
        ];
        foreach ((int start, int length) in ranges)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(start, length));
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.AsMemory(start, length));
            Assert.Throws<ArgumentOutOfRangeException>(() => { buffer.AsSpan(start, length); });
        }

        using PlatformBuffer empty = buffer.Slice(12, 0);
        Assert.Equal(0, empty.Capacity);
    }
}
