using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Waiting for blocks: who is woken, and that nobody is forgotten.</summary>
public sealed class IoHeapWaitTests
{
    private const int Block = 64 * 1024;

    [Fact]
    public void WaitAsync_Twice_BothEnd()
    {
        using IoHeap heap = HeapOf(Block);
        IoVector vector = heap.Allocate(Block);
        Task first = heap.WaitAsync(1);
        Task second = heap.WaitAsync(1);

        vector.Release();

        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitAsync_SlowRelease_EndsIt()
    {
        using IoHeap heap = HeapOf(Block);
        IoVector vector = heap.Allocate(Block);
        Task wait = heap.WaitAsync(1);

        SlowPath.Release(vector);

        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitAsync_OwnerCollectsMeanwhile_StillEnds()
    {
        using IoHeap heap = HeapOf(Block);
        IoVector vector = heap.Allocate(Block);
        Task wait = heap.WaitAsync(1);
        Assert.Equal(0, heap.Collect());

        vector.Release();

        Assert.True(wait.IsCompletedSuccessfully);
    }

    // Between the attempt to allocate and the mark nobody who releases knows of the waiter.
    [Fact]
    public void WaitAsync_BlockComesBackMeanwhile_EndsAtOnce()
    {
        IoVector held = default;
        using var heap = new IoHeap(new IoHeapOptions
        {
            LimitBytes = 2 * Block,
            SlabRemoved = _ =>
            {
                if (held.HasReference)
                    OnAnotherThread(() => held.Release());
            },
        });
        heap.Allocate(1).Release();
        held = heap.Allocate(Block, IoVectorSharing.Shared);

        Task wait = heap.WaitAsync(2 * Block);

        Assert.False(held.HasReference);
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.True(heap.TryAllocate(2 * Block, out IoVector vector));
        vector.Release();
    }

    [Fact]
    public void WaitAsync_WithMemoryLeft_HoldsNone()
    {
        using var heap = new IoHeap();
        Assert.True(heap.WaitAsync(4096).IsCompletedSuccessfully);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Collect_NobodyWaitsAnyMore_TakesTheMarksAway()
    {
        using IoHeap heap = HeapOf(Block);
        IoVector vector = heap.Allocate(Block);
        _ = heap.WaitAsync(1);
        Assert.True(SlowPath.HasAttention(vector));
        vector.Release();

        heap.Collect();

        Assert.False(SlowPath.HasAttention(vector));
    }

    [Fact]
    public async Task Dispose_SomebodyWaits_TakesTheMarksAwayAndFreesWithTheLastBlock()
    {
        int removed = 0;
        var heap = new IoHeap(new IoHeapOptions
        {
            LimitBytes = Block,
            SlabRemoved = _ => removed++,
        });
        IoVector first = heap.Allocate(Block / 2, IoVectorSharing.Shared);
        IoVector second = heap.Allocate(Block / 2, IoVectorSharing.Shared);
        Task wait = heap.WaitAsync(1);

        heap.Dispose();

        Assert.False(SlowPath.HasAttention(first));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        OnAnotherThread(() => first.Release());
        Assert.Equal(0, removed);
        OnAnotherThread(() => second.Release());
        Assert.Equal(1, removed);
        GC.KeepAlive(heap);
    }

    [Fact]
    public async Task HeapWaiters_Closed_RefuseMore()
    {
        var waiters = new HeapWaiters();
        waiters.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => waiters.WaitAsync(new CancellationToken(canceled: true)));
    }

    private static IoHeap HeapOf(int limit) => new(new IoHeapOptions { LimitBytes = limit });
}
