using System.Buffers;
using BenchmarkDotNet.Attributes;

namespace Sluice.Memory.Bench.Buffers;

/// <summary>8 KiB rented and returned, with nothing between.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "The pools are disposed by the cleanup.")]
public class PoolBenchmark
{
    private const int Size = 8192;
    private BufferPool _pool = null!;
    private BufferPool _heap = null!;
    private BufferPool _single = null!;

    [GlobalSetup]
    public void Make()
    {
        _pool = new BufferPool();
        _heap = new BufferPool(new BufferPoolOptions { Zone = AllocationZone.Heap });
        _single = new BufferPool(new BufferPoolOptions { SingleThreaded = true });
    }

    [GlobalCleanup]
    public void Free()
    {
        _pool.Dispose();
        _heap.Dispose();
        _single.Dispose();
    }

    [Benchmark(Baseline = true, Description = "ArrayPool.Shared")]
    public void Array() => ArrayPool<byte>.Shared.Return(ArrayPool<byte>.Shared.Rent(Size));

    [Benchmark(Description = "MemoryPool.Shared")]
    public void Memory() => MemoryPool<byte>.Shared.Rent(Size).Dispose();

    [Benchmark(Description = "BufferPool")]
    public void Pool() => _pool.Rent(Size).Dispose();

    [Benchmark(Description = "BufferPool, heap")]
    public void HeapPool() => _heap.Rent(Size).Dispose();

    [Benchmark(Description = "BufferPool, one thread")]
    public void SingleThreadedPool() => _single.Rent(Size).Dispose();
}
