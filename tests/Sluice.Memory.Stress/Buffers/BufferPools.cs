using System.Collections.Concurrent;

namespace Sluice.Memory.Stress.Buffers;

/// <summary>The pools that the threads share.</summary>
internal sealed class BufferPools : IDisposable
{
    private const int Kept = 8 << 20;
    private const int ReplacedMax = 8;

    private readonly BufferPool[] _pools;
    private readonly ConcurrentQueue<BufferPool> _replaced = new();
    private BufferPool _shortLived = new();

    public BufferPools()
    {
        _pools =
        [
            new BufferPool(new BufferPoolOptions { RetainedBytesMax = Kept }),
            new BufferPool(new BufferPoolOptions
            {
                Zone = AllocationZone.Heap,
                RetainedBytesMax = Kept,
            }),

            // Too small for all threads: takeovers, unpooled memory, refusals.
            new BufferPool(new BufferPoolOptions
            {
                RetainedBytesMax = 64 << 10,
                RentedBytesMax = 256 << 10,
                LargestClassBytes = 64 << 10,
            }),
            new BufferPool(new BufferPoolOptions { RetainedBytesMax = 32 << 10 }),
            new BufferPool(new BufferPoolOptions
            {
                ClearOnReturn = true,
                Prefault = true,
                RetainedBytesMax = Kept,
            }),
        ];
    }

    /// <summary>Buffers that the pools have not got back.</summary>
    public long RentedCount =>
        _pools.Sum(static pool => (long)pool.GetStatistics().RentedCount)
        + _shortLived.GetStatistics().RentedCount
        + _replaced.Sum(static pool => (long)pool.GetStatistics().RentedCount);

    /// <summary>Memory that disposed pools have not freed.</summary>
    public long StrandedCount =>
        _replaced.Sum(static pool => (long)pool.GetStatistics().IdleCount);

    /// <summary>Rentals of all pools that live long.</summary>
    public long RentalCount => _pools.Sum(static pool => pool.GetStatistics().RentalCount);

    /// <summary>Any of the pools; it may be disposed by another thread.</summary>
    public BufferPool Pick(Random random)
    {
        int index = random.Next(_pools.Length + 1);
        return index == _pools.Length ? Volatile.Read(ref _shortLived) : _pools[index];
    }

    /// <summary>Disposes a pool under those who use it.</summary>
    public void Replace()
    {
        BufferPool replaced = Interlocked.Exchange(
            ref _shortLived, new BufferPool(new BufferPoolOptions { RetainedBytesMax = Kept }));
        replaced.Dispose();
        _replaced.Enqueue(replaced);
        if (_replaced.Count > ReplacedMax)
            _replaced.TryDequeue(out _);
    }

    public void Dispose()
    {
        foreach (BufferPool pool in _pools)
            pool.Dispose();
        _shortLived.Dispose();
    }
}
