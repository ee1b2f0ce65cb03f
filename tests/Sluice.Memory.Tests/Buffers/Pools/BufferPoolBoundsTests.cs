namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class BufferPoolBoundsTests
{
    [Fact]
    public void Rent_BeyondRentedBytesMax_ThrowsUntilSomethingComesBack()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RentedBytesMax = 1024 });
        PooledBuffer first = pool.Rent(500);
        using PooledBuffer second = pool.Rent(512);

        Assert.False(pool.TryRent(1, out PooledBuffer none));
        Assert.Equal(default, none);
        Assert.Throws<InvalidOperationException>(() => pool.Rent(1));
        first.Dispose();
        Assert.True(pool.TryRent(1, out PooledBuffer third));
        third.Dispose();
    }

    [Fact]
    public void Rent_SliceHoldsTheMemory_CountsAgainstRentedBytesMax()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RentedBytesMax = 256 });
        PooledBuffer rental = pool.Rent(10);
        PlatformBuffer slice = rental.Buffer.Slice();
        rental.Dispose();

        Assert.False(pool.TryRent(10, out _));
        slice.Dispose();
        Assert.True(pool.TryRent(10, out PooledBuffer next));
        next.Dispose();
    }

    [Fact]
    public void Rent_NoMemory_DoesNotCountAgainstRentedBytesMax()
    {
        using var pool = new BufferPool(
            new BufferPoolOptions { Zone = AllocationZone.Heap, RentedBytesMax = int.MaxValue });

        // An array has some bytes less than an int can count.
        Assert.Throws<OutOfMemoryException>(() => pool.Rent(int.MaxValue));
        Assert.True(pool.TryRent(10, out PooledBuffer rental));
        rental.Dispose();
    }

    [Fact]
    public void Return_BeyondRetainedBytesMax_FreesTheMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 1024 });
        PooledBuffer[] rentals = RentMany(pool, 5, 512);
        int rented = pool.GetStatistics().RentedCount;
        ReturnAll(rentals);

        Assert.Equal(5, rented);
        Assert.Equal(2, pool.GetStatistics().IdleCount);
        Assert.Equal(1024, pool.GetStatistics().IdleBytes);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public void Return_NothingIsRetained_FreesTheMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 0 });
        pool.Rent(100).Dispose();

        Assert.Equal(0, pool.GetStatistics().IdleCount);
    }

    [Fact]
    public void Rent_MoreThanASegmentAtOnce_KeepsAll()
    {
        const int Count = 300;
        using var pool = new BufferPool();
        ReturnAll(RentMany(pool, Count, 100));
        ReturnAll(RentMany(pool, Count, 100));

        Assert.Equal(Count, pool.GetStatistics().AllocationCount);
        Assert.Equal(Count, pool.GetStatistics().IdleCount);
        Assert.Equal(2 * Count, pool.GetStatistics().RentalCount);
    }

    [Fact]
    public void Rent_OtherClassesFillThePool_FreesTheirIdleMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 4096 });
        ReturnAll(RentMany(pool, 16, 256));
        pool.Rent(4096).Dispose();

        Assert.Equal(1, pool.GetStatistics().IdleCount);
        Assert.Equal(4096, pool.GetStatistics().IdleBytes);
    }

    [Fact]
    public async Task Rent_AnotherThreadHasWhatIsIdle_TakesItOver()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 512 });
        await OnAThread(() => pool.Rent(512).Dispose());
        using var stays = new ManualResetEventSlim();
        using var inThread = new ManualResetEventSlim();

        // A thread that is alive, and has rented: its id is not given to the next.
        Task other = OnAThread(() =>
        {
            pool.Rent(512).Dispose();
            inThread.Set();
            stays.Wait(TestContext.Current.CancellationToken);
        });
        inThread.Wait(TestContext.Current.CancellationToken);
        long before = pool.GetStatistics().AllocationCount;
        await OnAThread(() => pool.Rent(512).Dispose());
        stays.Set();
        await other;

        Assert.Equal(before, pool.GetStatistics().AllocationCount);
        Assert.Equal(1, pool.GetStatistics().IdleCount);
    }

    [Fact]
    public async Task Threads_ComingAndGoing_StrandNoMemory()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 8 * 512 });
        for (int i = 0; i < 200; i++)
            await OnAThread(() => ReturnAll(RentMany(pool, 8, 512)));

        Assert.InRange(pool.GetStatistics().IdleBytes, 1, 8 * 512);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public void Trim_SomeIdleSomeRented_FreesWhatIsIdle()
    {
        using var pool = new BufferPool();
        using PooledBuffer rented = pool.Rent(512);
        ReturnAll(RentMany(pool, 100, 512));
        pool.Rent(8192).Dispose();

        Assert.Equal((100 * 512) + 8192, pool.Trim());
        Assert.Equal(0, pool.GetStatistics().IdleCount);
        Assert.Equal(1, pool.GetStatistics().RentedCount);
        rented.Buffer.WriteInt32(1);
        Assert.Equal(0, pool.Trim());
    }

    [Fact]
    public void Trim_ThenRent_HasRoomAgainAndKeeps()
    {
        using var pool = new BufferPool(new BufferPoolOptions { RetainedBytesMax = 1024 });
        ReturnAll(RentMany(pool, 2, 512));
        pool.Trim();
        pool.Rent(1024).Dispose();
        pool.Rent(1024).Dispose();

        Assert.Equal(3, pool.GetStatistics().AllocationCount);
        Assert.Equal(1024, pool.GetStatistics().IdleBytes);
    }

    [Fact]
    public void Trim_OfADisposedPool_FreesNothing()
    {
        var pool = new BufferPool();
        PooledBuffer rental = pool.Rent(512);
        pool.Dispose();

        Assert.Equal(0, pool.Trim());
        rental.Dispose();
    }

    private static PooledBuffer[] RentMany(BufferPool pool, int count, int size) =>
        [.. Enumerable.Range(0, count).Select(_ => pool.Rent(size))];

    private static void ReturnAll(PooledBuffer[] rentals)
    {
        foreach (PooledBuffer rental in rentals)
            rental.Dispose();
    }

    private static Task OnAThread(Action action) => Task.Factory.StartNew(
        action,
        TestContext.Current.CancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
