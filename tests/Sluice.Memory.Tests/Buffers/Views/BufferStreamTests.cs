namespace Sluice.Memory.Tests.Buffers.Views;

public sealed class BufferStreamTests
{
    public static TheoryData<BufferKind> Kinds => BufferFactory.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_WrittenAndRead_UsesTheBuffersCursor(BufferKind kind)
    {
        using PlatformBuffer buffer = BufferFactory.Create(kind, 8);
        await using Stream stream = buffer.AsStream();
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        stream.WriteByte(4);
        Assert.Equal(4, buffer.Position);
        buffer.ResetForRead();

        var read = new byte[8];
        int count = await stream.ReadAsync(read, TestContext.Current.CancellationToken);

        Assert.Equal(4, count);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0], read);
        Assert.Equal(-1, stream.ReadByte());
        Assert.Equal(0, stream.Read(read, 0, 8));
    }

    [Fact]
    public async Task Stream_PartsOfArrays_AreReadAndWritten()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        await using Stream stream = buffer.AsStream();
        byte[] bytes = [1, 2, 3, 4];

#pragma warning disable CA1835, CA1849 // The overloads for arrays are what is tested.
        stream.Write(bytes, 1, 2);
        await stream.WriteAsync(bytes, 3, 1, cancellation);
        buffer.ResetForRead();
        byte[] read = new byte[4];
        int count = await stream.ReadAsync(read, 1, 3, cancellation);

        Assert.Equal(3, count);
        Assert.Equal([0, 2, 3, 4], read);
        Assert.Throws<ArgumentNullException>(() => stream.Write(null!, 0, 0));
        Assert.Throws<ArgumentNullException>(() => _ = stream.Read(null!, 0, 0));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => stream.WriteAsync(null!, 0, 0, cancellation));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => stream.ReadAsync(null!, 0, 0, cancellation));
#pragma warning restore CA1835, CA1849
    }

    [Fact]
    public void Write_MoreThanRemains_ThrowsAndWritesNothing()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(2, AllocationZone.Heap);
        using Stream stream = buffer.AsStream();

        Assert.Throws<BufferOverflowException>(() => stream.Write([1, 2, 3]));
        Assert.Equal(0, stream.Position);
        Assert.Equal([0, 0], buffer.RemainingSpan.ToArray());
    }

    [Theory]
    [InlineData(0, SeekOrigin.Begin, 0)]
    [InlineData(1, SeekOrigin.Begin, 1)]
    [InlineData(1, SeekOrigin.Current, 3)]
    [InlineData(-1, SeekOrigin.End, 7)]
    public void Seek_WithinTheLimit_Moves(long offset, SeekOrigin origin, int expected)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        using Stream stream = buffer.AsStream();
        stream.Position = 2;

        Assert.Equal(expected, stream.Seek(offset, origin));
        Assert.Equal(expected, buffer.Position);
    }

    [Theory]
    [InlineData(-1, SeekOrigin.Begin)]
    [InlineData(9, SeekOrigin.Begin)]
    [InlineData(1, SeekOrigin.End)]
    [InlineData(long.MaxValue, SeekOrigin.End)]
    [InlineData(long.MinValue, SeekOrigin.Current)]
    [InlineData(1L << 32, SeekOrigin.Begin)]
    public void Seek_OutsideTheLimit_ThrowsAndStays(long offset, SeekOrigin origin)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        using Stream stream = buffer.AsStream();
        stream.Position = 2;

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(offset, origin));
        Assert.Equal(2, stream.Position);
    }

    [Fact]
    public void SetLength_WithinTheCapacity_SetsTheLimit()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        using Stream stream = buffer.AsStream();
        stream.SetLength(3);

        Assert.Equal(3, buffer.Limit);
        Assert.Equal(3, stream.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.SetLength(9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_EndsTheBuffer_UnlessItIsLeftOpen(bool leaveOpen)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        Stream stream = buffer.AsStream(leaveOpen);
        stream.Dispose();

        Assert.False(stream.CanRead || stream.CanWrite || stream.CanSeek);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        if (leaveOpen)
            Assert.Equal(8, buffer.Remaining);
        else
            Assert.Throws<ObjectDisposedException>(() => buffer.Remaining);
    }

    [Fact]
    public async Task ReadWriteAsync_Cancelled_ChangesNothing()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(8, AllocationZone.Heap);
        await using Stream stream = buffer.AsStream();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await stream.WriteAsync(new byte[2], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await stream.ReadExactlyAsync(new byte[2], cancelled));
        Assert.Equal(0, stream.Position);
    }
}
