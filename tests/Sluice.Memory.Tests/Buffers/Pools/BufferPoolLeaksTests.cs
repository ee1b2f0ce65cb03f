using System.Runtime.CompilerServices;

namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class BufferPoolLeaksTests
{
    public static TheoryData<AllocationZone, int> Cases => new()
    {
        { AllocationZone.Direct, 4096 },
        { AllocationZone.Heap, 4096 },
        { AllocationZone.Direct, 2 << 20 },
        { AllocationZone.Heap, 2 << 20 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rental_NeverReturned_IsFreedReportedAndOutOfTheBooks(AllocationZone zone, int size)
    {
        using var pool = new BufferPool(
            new BufferPoolOptions
            {
                Zone = zone,
                RetainedBytesMax = 4096,
                RentedBytesMax = size,
            });
        int reportCount = 0;
        void OnFound(object? sender, BufferLeakEventArgs leak)
        {
            if (leak.Size == (nuint)size)
                Interlocked.Increment(ref reportCount);
        }

        BufferLeaks.Found += OnFound;
        Lose(pool, size);
        CollectGarbage();
        BufferLeaks.Found -= OnFound;

        BufferPoolStatistics lost = pool.GetStatistics();
        Assert.Equal(1, lost.LostCount);
        Assert.Equal(0, lost.RentedCount);
        Assert.Equal(0, lost.RentedBytes);
        Assert.True(reportCount >= 1);
        Assert.True(pool.TryRent(size, out PooledBuffer next));
        next.Dispose();
        Assert.Equal(size == 4096 ? 1 : 0, pool.GetStatistics().IdleCount);
    }

    [Fact]
    public void Slice_NeverDisposed_IsFreedWithItsRental()
    {
        using var pool = new BufferPool();
        LoseSlice(pool);
        CollectGarbage();

        Assert.Equal(1, pool.GetStatistics().LostCount);
        Assert.Equal(0, pool.GetStatistics().RentedCount);
    }

    [Fact]
    public void Rental_StillUsed_IsNotLost()
    {
        using var pool = new BufferPool();
        using PooledBuffer rental = pool.Rent(100);
        CollectGarbage();

        rental.Buffer.WriteInt32(1);
        Assert.Equal(0, pool.GetStatistics().LostCount);
    }

    [Fact]
    public void Pool_NeverDisposed_FreesWhatIsIdleWithoutAReport()
    {
        const int Size = 1 << 22;
        int reportCount = 0;
        void OnFound(object? sender, BufferLeakEventArgs leak)
        {
            if (leak.Size == Size)
                Interlocked.Increment(ref reportCount);
        }

        BufferLeaks.Found += OnFound;
        WeakReference memory = LosePool(Size);
        CollectGarbage();
        BufferLeaks.Found -= OnFound;

        Assert.False(memory.IsAlive);
        Assert.Equal(0, reportCount);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lose(BufferPool pool, int size) => pool.Rent(size).Buffer.WriteInt32(1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoseSlice(BufferPool pool)
    {
        using PooledBuffer rental = pool.Rent(100);
        rental.Buffer.Slice(1, 2).WriteInt16(1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LosePool(int size)
    {
        var pool = new BufferPool(new BufferPoolOptions { LargestClassBytes = size });
        PooledBuffer rental = pool.Rent(size);
        var memory = new WeakReference(rental.Memory, trackResurrection: true);
        rental.Dispose();
        return memory;
    }

    private static void CollectGarbage()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
