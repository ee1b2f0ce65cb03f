using System.Buffers;

namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class BufferPoolTests
{
    public static TheoryData<AllocationZone> Zones =>
        [AllocationZone.Heap, AllocationZone.Direct];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Rent_AnySize_HasThatCapacityAndZone(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        foreach (int size in (int[])[0, 1, 255, 256, 257, 8192, 1 << 20, (1 << 20) + 1])
        {
            using PooledBuffer rental = pool.Rent(size);

            Assert.Equal(size, rental.Buffer.Capacity);
            Assert.Equal(size, rental.Buffer.Limit);
            Assert.Equal(0, rental.Buffer.Position);
            Assert.Equal(zone, rental.Buffer.Zone);
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Rent_NegativeSize_Throws(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(int.MinValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.TryRent(-1, out _));
        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public void Rent_AfterAReturn_GetsTheSameMemoryWithAFreshCursor()
    {
        using BufferPool pool = Create(AllocationZone.Direct);
        nint first;
        using (PooledBuffer rental = pool.Rent(8192))
        {
            rental.Buffer.WriteInt32(1);
            first = ((INativeMemoryAccess)rental.Buffer).NativeAddress;
        }

        using PooledBuffer second = pool.Rent(5000);

        Assert.Equal(first, ((INativeMemoryAccess)second.Buffer).NativeAddress);
        Assert.Equal((nuint)5000, ((INativeMemoryAccess)second.Buffer).NativeSize);
        Assert.Equal(0, second.Buffer.Position);
        Assert.Equal(5000, second.Buffer.Capacity);
        Assert.Equal(1, pool.GetStatistics().AllocationCount);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_Twice_Throws(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer rental = pool.Rent(100);
        pool.Return(rental);

        Assert.Throws<InvalidOperationException>(() => pool.Return(rental));
        Assert.Equal(1, pool.GetStatistics().IdleCount);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_TwiceWithARentalBetween_ThrowsAndLeavesTheRental(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer stale = pool.Rent(100);
        pool.Return(stale);
        using PooledBuffer rental = pool.Rent(100);

        Assert.Throws<InvalidOperationException>(() => pool.Return(stale));
        stale.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stale.Buffer);
        rental.Buffer.WriteInt32(1);
        Assert.NotEqual(stale, rental);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_OfAnotherPoolOrNone_Throws(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        using BufferPool other = Create(zone);
        using PooledBuffer rental = other.Rent(100);

        Assert.Throws<ArgumentException>(() => pool.Return(rental));
        Assert.Throws<ArgumentException>(() => pool.Return(default));
        rental.Buffer.WriteInt32(1);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_WithALiveSlice_KeepsTheMemoryForIt(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer rental = pool.Rent(100);
        PlatformBuffer slice = rental.Buffer.Slice(10, 20);
        PlatformBuffer sliceOfSlice = slice.Slice(0, 4);
        pool.Return(rental);
        slice.Dispose();
        using PooledBuffer next = pool.Rent(100);
        sliceOfSlice.WriteInt32(0x01020304);
        next.Buffer.AsSpan(0, 100).Fill(9);

        Assert.Equal(0x01020304, sliceOfSlice.GetInt32(0));
        Assert.Equal(2, pool.GetStatistics().RentedCount);
        sliceOfSlice.Dispose();
        Assert.Equal(1, pool.GetStatistics().RentedCount);
        Assert.Throws<ObjectDisposedException>(() => sliceOfSlice.GetInt32(0));
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_Pinned_KeepsTheMemoryUntilTheUnpin(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer rental = pool.Rent(100);
        MemoryHandle pin = rental.Buffer.Pin();
        pool.Return(rental);

        Assert.Equal(0, pool.GetStatistics().IdleCount);
        pin.Dispose();
        Assert.Equal(1, pool.GetStatistics().IdleCount);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    [Trait("pitfall", "28")]
    public void Return_AfterLittleEndianWrites_GoesRound(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer rental = pool.Rent(100);
        rental.Buffer.WriteInt32LittleEndian(1);
        rental.Buffer.WriteInt64LittleEndian(2);
        pool.Return(rental);

        Assert.Equal(1, pool.GetStatistics().IdleCount);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Buffer_DisposedAsAnObject_ReturnsAndIsNotGivenOutAgain(AllocationZone zone)
    {
        using BufferPool pool = Create(zone);
        PooledBuffer rental = pool.Rent(100);
        PlatformBuffer buffer = rental.Buffer;
        buffer.Dispose();
        using PooledBuffer next = pool.Rent(100);
        buffer.Dispose();

        Assert.NotSame(buffer, next.Buffer);
        Assert.Throws<InvalidOperationException>(() => pool.Return(rental));
        next.Buffer.WriteInt32(1);
        Assert.Equal(1, pool.GetStatistics().AllocationCount);
    }

    [Fact]
    public void Buffer_Returned_HasAnObjectOfItsOwnPerRentalOnlyWhenTraced()
    {
        using BufferPool pool = Create(AllocationZone.Direct);
        PooledBuffer rental = pool.Rent(100);
        PlatformBuffer first = rental.Buffer;
        rental.Dispose();
        using PooledBuffer next = pool.Rent(100);

        Assert.Equal(!BufferTrace.IsEnabled, ReferenceEquals(first, next.Buffer));
    }

    [Fact]
    public void Memory_OfAReturnedRental_Throws()
    {
        using BufferPool pool = Create(AllocationZone.Heap);
        PooledBuffer rental = pool.Rent(100);
        Memory<byte> memory = rental.Buffer.RemainingMemory;
        rental.Dispose();
        using PooledBuffer next = pool.Rent(100);

        Assert.Throws<ObjectDisposedException>(() => memory.Span[0]);
    }

    [Fact]
    public void Default_Rental_ThrowsAndDisposesToNothing()
    {
        PooledBuffer none = default;
        none.Dispose();

        Assert.Throws<ObjectDisposedException>(() => none.Buffer);
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void ClearOnReturn_EveryRental_IsZeros(AllocationZone zone)
    {
        using var pool = new BufferPool(
            new BufferPoolOptions { Zone = zone, ClearOnReturn = true, LargestClassBytes = 4096 });
        foreach (int size in (int[])[100, 100, 100, 5000, 5000])
        {
            using PooledBuffer rental = pool.Rent(size);
            Assert.Equal(-1, rental.Buffer.AsSpan(0, size).IndexOfAnyExcept((byte)0));
            rental.Buffer.AsSpan(0, size).Fill(0xFF);
        }
    }

    [Fact]
    public void Return_WithTracing_PoisonsTheMemory()
    {
        Assert.SkipUnless(BufferTrace.IsEnabled, "Runs in the process that TracingTests starts.");
        using BufferPool pool = Create(AllocationZone.Direct);
        using (PooledBuffer rental = pool.Rent(100))
            rental.Buffer.AsSpan(0, 100).Fill(1);
        using PooledBuffer next = pool.Rent(100);

        Assert.Equal(-1, next.Buffer.AsSpan(0, 100).IndexOfAnyExcept(BufferTrace.Poison));
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Dispose_WithARentalOut_FreesItWhenItComesBack(AllocationZone zone)
    {
        BufferPool pool = Create(zone);
        pool.Rent(100).Dispose();
        PooledBuffer rental = pool.Rent(8192);
        PooledBuffer large = pool.Rent(2 << 20);
        pool.Dispose();
        pool.Dispose();
        BufferPoolStatistics disposed = pool.GetStatistics();
        rental.Buffer.WriteInt32(1);
        rental.Dispose();
        large.Dispose();

        Assert.Equal(0, disposed.IdleCount);
        Assert.Equal(2, disposed.RentedCount);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
        Assert.Equal(0, pool.GetStatistics().IdleCount);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(100));
        Assert.Throws<ObjectDisposedException>(() => pool.Rent(2 << 20));
        Assert.Throws<ObjectDisposedException>(() => pool.TryRent(0, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RentAndReturn_Warm_AllocateNothing(bool isSingle)
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "A traced rental has an object of its own.");
        using var pool = new BufferPool(new BufferPoolOptions { SingleThreaded = isSingle });
        pool.Rent(8192).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            using PooledBuffer rental = pool.Rent(8192);
            rental.Buffer.WriteInt32(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void GetStatistics_RentalsOfSeveralClasses_CountsThem()
    {
        using BufferPool pool = Create(AllocationZone.Direct);
        using PooledBuffer small = pool.Rent(1);
        using PooledBuffer large = pool.Rent(2 << 20);
        for (int i = 0; i < 3; i++)
            pool.Rent(8000).Dispose();

        Assert.Equal(
            new BufferPoolStatistics(
                RentalCount: 5,
                AllocationCount: 3,
                RentedCount: 2,
                RentedBytes: 256 + (2 << 20),
                IdleCount: 1,
                IdleBytes: 8192,
                LostCount: 0),
            pool.GetStatistics());
    }

    [Fact]
    public void Constructor_OptionsThatFitNoPool_Throws()
    {
        foreach (BufferPoolOptions options in (BufferPoolOptions[])[
            new() { Zone = AllocationZone.SharedMemory },
            new() { SmallestClassBytes = 100 },
            new() { LargestClassBytes = 0 },
            new() { SmallestClassBytes = 512, LargestClassBytes = 256 },
            new() { RetainedBytesMax = -1 },
            new() { RentedBytesMax = -1 }])
        {
            Assert.Throws<ArgumentException>(() => new BufferPool(options));
        }
    }

    [Fact]
    public void Rent_SmallestClass_LeavesTheNextOneAlone()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not given out again.");
        using BufferPool pool = Create(AllocationZone.Direct);
        pool.Rent(512).Dispose();
        pool.Rent(512).Dispose();

        using PooledBuffer small = pool.Rent(256);

        Assert.Equal((256, 512), (
            pool.GetStatistics().RentedBytes, pool.GetStatistics().IdleBytes));
    }

    [Fact]
    public void Rent_AfterATrim_KeepsWhatComesBack()
    {
        Assert.SkipWhen(BufferTrace.IsEnabled, "Traced memory is not given out again.");
        using BufferPool pool = Create(AllocationZone.Direct);
        pool.Rent(512).Dispose();
        Assert.Equal(512, pool.Trim());

        pool.Rent(512).Dispose();
        pool.Rent(512).Dispose();

        Assert.Equal(2, pool.GetStatistics().AllocationCount);
        Assert.Equal(1, pool.GetStatistics().IdleCount);
    }

    [Fact]
    public void Operators_HandlesOfRentals_TellThemApart()
    {
        using BufferPool pool = Create(AllocationZone.Direct);
        using PooledBuffer first = pool.Rent(1);
        using PooledBuffer second = pool.Rent(1);
        PooledBuffer copy = first;

        Assert.True(first == copy);
        Assert.False(first != copy);
        Assert.True(first != second);
    }

    private static BufferPool Create(AllocationZone zone) =>
        new(new BufferPoolOptions { Zone = zone });
}
