namespace Sluice.Memory.Tests.Buffers;

public sealed class NativeBufferTests
{
    public static TheoryData<AllocationZone> Zones => [.. Enum.GetValues<AllocationZone>()];

    [Fact]
    public void Zone_EachWayToAllocate_IsWhatWasAskedFor()
    {
        using NativeBuffer direct = NativeBuffer.Allocate(8);
        using PlatformBuffer shared = PlatformBuffer.Allocate(8, AllocationZone.SharedMemory);
        using var pool = new BufferPool();
        using PooledBuffer pooled = pool.Rent(8);

        Assert.Equal(AllocationZone.Direct, direct.Zone);
        Assert.Equal(AllocationZone.SharedMemory, shared.Zone);
        Assert.Equal(AllocationZone.Direct, pooled.Buffer.Zone);
    }

    [Fact]
    public void Allocate_EachAlignment_BeginsAtAMultiple()
    {
        for (int alignment = 1; alignment <= 1 << 16; alignment *= 2)
        {
            foreach (long size in new[] { 0L, 1, 100, 5000 })
            {
                using NativeBuffer buffer = NativeBuffer.Allocate(size, alignment);
                buffer.Fill(1);

                Assert.Equal(0, buffer.NativeAddress % alignment);
                Assert.Equal((nuint)size, buffer.NativeSize);
            }
        }
    }

    [Fact]
    public void Allocate_ByDefault_BeginsAtACacheLine()
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(3);

        Assert.Equal(0, Assert.IsType<NativeBuffer>(buffer).NativeAddress % 64);
    }

    [Fact]
    public void Allocate_NoPowerOfTwo_Throws()
    {
        foreach (int alignment in new[] { 0, -1, 3, 48, int.MinValue, int.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => NativeBuffer.Allocate(8, alignment));
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Allocate_ZeroSize_IsABufferWithoutRoom(AllocationZone zone)
    {
        using PlatformBuffer buffer = PlatformBuffer.Allocate(0, zone);
        using PlatformBuffer slice = buffer.Slice();

        Assert.Equal((0, 0, 0), (buffer.Capacity, buffer.Limit, buffer.Remaining));
        Assert.True(buffer.RemainingSpan.IsEmpty);
        Assert.Equal(0, slice.Capacity);
        BufferAssert.ThrowsAndKeeps<BufferUnderflowException>(buffer, () => buffer.ReadByte());
        BufferAssert.ThrowsAndKeeps<BufferOverflowException>(buffer, () => buffer.WriteByte(1));
        if (buffer is INativeMemoryAccess native)
            Assert.NotEqual(0, native.NativeAddress);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Allocate_NegativeSize_Throws(AllocationZone zone)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PlatformBuffer.Allocate(-1, zone));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PlatformBuffer.Allocate(int.MinValue, zone));
        Assert.Throws<ArgumentOutOfRangeException>(() => NativeBuffer.Allocate(-1));
    }

    [Fact]
    public void Allocate_NoSuchZone_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PlatformBuffer.Allocate(1, (AllocationZone)99));

    [Fact]
    public void Allocate_MoreThanThereIs_Throws() =>
        Assert.Throws<OutOfMemoryException>(() => NativeBuffer.Allocate(long.MaxValue, 4096));

    [Fact]
    public void Window_AboveTwoGigabytes_LooksAtThatPart()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Overwriting it on free takes all of its pages.");
        const long Size = 3L << 30;
        using NativeBuffer buffer = NativeBuffer.Allocate(Size);
        Assert.Equal((int.MaxValue, (nuint)Size), (buffer.Capacity, buffer.NativeSize));

        const long Offset = (1L << 31) + 12345;
        using NativeBuffer window = buffer.Window(Offset, 64);
        window.WriteInt64(42);
        using NativeBuffer again = buffer.Window(Offset - 8, 64);
        Assert.Equal(42, again.GetInt64(8));
        Assert.Equal(Offset, window.NativeAddress - buffer.NativeAddress);

        using NativeBuffer last = buffer.Window(Size - 1, 1);
        last.WriteByte(7);
        using NativeBuffer whole = buffer.Window(Size - int.MaxValue, int.MaxValue);
        Assert.Equal(7, whole.GetByte(int.MaxValue - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.GetInt16(int.MaxValue - 1));
    }

    [Fact]
    [Trait("pitfall", "26")]
    public void Window_OutsideTheMemory_Throws()
    {
        using NativeBuffer buffer = NativeBuffer.Allocate(16);
        buffer.Window(16, 0).Dispose();
        (long, int)[] ranges =
        [
            (-1, 1), (0, -1), (0, 17), (17, 0), (16, 1), (long.MaxValue, 1),
            (long.MaxValue, int.MaxValue), (long.MinValue, 0),
        ];
        foreach ((long offset, int length) in ranges)
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Window(offset, length));
    }

    [Fact]
    [Trait("pitfall", "27")]
    public void Window_OfADisposedBuffer_Throws()
    {
        NativeBuffer buffer = NativeBuffer.Allocate(16);
        using NativeBuffer window = buffer.Window(4, 8);
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => window.NativeAddress);
        Assert.Throws<ObjectDisposedException>(() => buffer.Window(0, 1));
    }

    [Fact]
    public void SharedMemory_OfItsZone_IsTheSameBytesAndEndsWithTheBuffer()
    {
        var buffer = (NativeBuffer)PlatformBuffer.Allocate(100, AllocationZone.SharedMemory);
        SharedMemory memory = buffer.SharedMemory!;
        using SharedMemoryMap other = memory.Map();
        other.Buffer.WriteInt32(0x01020304);

        Assert.Equal(100, memory.Size);
        Assert.Equal(0x01020304, buffer.ReadInt32());
        Assert.Same(memory, ((NativeBuffer)buffer.Slice()).SharedMemory);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Size);
        Assert.Throws<ObjectDisposedException>(() => buffer.SharedMemory);
    }

    [Fact]
    public void SharedMemory_OfOtherZones_IsNone()
    {
        using NativeBuffer buffer = NativeBuffer.Allocate(100);

        Assert.Null(buffer.SharedMemory);
    }

    [Fact]
    public void Allocate_AfterADisposeOfThatSize_IsAlignedAndTheCallersOwn()
    {
        NativeBuffer.Allocate(1000).Dispose();
        using NativeBuffer first = NativeBuffer.Allocate(900);
        using NativeBuffer second = NativeBuffer.Allocate(900, 4096);
        using NativeBuffer third = NativeBuffer.Allocate(900);
        first.RemainingSpan.Fill(1);
        second.RemainingSpan.Fill(2);
        third.RemainingSpan.Fill(3);

        Assert.Equal(0, first.NativeAddress % NativeBuffer.DefaultAlignment);
        Assert.Equal(0, second.NativeAddress % 4096);
        Assert.Equal(-1, first.RemainingSpan.IndexOfAnyExcept((byte)1));
        Assert.Equal(-1, second.RemainingSpan.IndexOfAnyExcept((byte)2));
        Assert.Equal(900, third.Capacity);
    }
}
