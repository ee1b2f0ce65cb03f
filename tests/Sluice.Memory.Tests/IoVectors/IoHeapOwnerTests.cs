using System.Runtime.CompilerServices;
using static Sluice.Memory.BlockWord;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Whose a heap is, until it is nobody's, and what is left then.</summary>
public sealed unsafe class IoHeapOwnerTests
{
    [Fact]
    public void TryAllocate_OnAnotherThread_LeavesTheFreeBlock()
    {
        using var heap = new IoHeap();
        heap.Allocate(10).Release();
        OnAnotherThread(() =>
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.TryAllocate(10, out _)));
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Commit_OnAnotherThread_IsRefused()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors);
        OnAnotherThread(() =>
        {
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.Commit(vectors));
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.Abandon(vectors));
        });
        AssertMisuse(IoVectorMisuse.Reserved, () => vectors[0].Clone());
        heap.Abandon(vectors);
    }

    [Fact]
    public void BindToCurrentThread_Disposed_Throws()
    {
        var heap = new IoHeap();
        heap.Dispose();
        Assert.Throws<ObjectDisposedException>(heap.BindToCurrentThread);
    }

    [Fact]
    public void TrimUnowned_BlockReleasedElsewhere_GivesItsSlabBack()
    {
        using var heap = new IoHeap();
        heap.Unbind();
        Assert.True(heap.TryAllocateUnowned(4096, IoVectorSharing.Shared, out IoVector vector));
        long mapped = heap.MappedBytes;
        OnAnotherThread(() => vector.Release());

        Assert.Equal(mapped, heap.TrimUnowned(0));

        heap.Dispose();
        Assert.Throws<ObjectDisposedException>(() => heap.TrimUnowned(0));
    }

    [Fact]
    public void Dispose_NothingHeld_ReportsNothing()
    {
        bool isReported = false;
        var heap = new IoHeap(new IoHeapOptions { LeakFound = _ => isReported = true });
        heap.Allocate(10).Release();
        heap.Dispose();
        Assert.False(isReported);
    }

    [Fact]
    public void Dispose_NothingHeld_LetsTheHeapBeCollected()
    {
        WeakReference heap = MakeAndDispose();
        GC.Collect();
        Assert.False(heap.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference MakeAndDispose()
        {
            var heap = new IoHeap();
            heap.Allocate(10).Release();
            heap.Dispose();
            return new WeakReference(heap);
        }
    }

    [Fact]
    public void Dispose_LocalHeld_FreesWithItsLastReference()
    {
        int removed = 0;
        var heap = new IoHeap(new IoHeapOptions { SlabRemoved = _ => removed++ });
        IoVector vector = heap.Allocate(10);
        IoVector clone = vector.Clone();
        heap.Dispose();

        vector.Release();
        Assert.Equal((0, 1), (removed, SlowPath.References(clone)));
        clone.Release();

        Assert.Equal(1, removed);
    }

    [Fact]
    public void Dispose_LocalReleasedLater_MakesItsCopiesStale()
    {
        var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector held = heap.Allocate(10);
        IoVector copy = vector;
        heap.Dispose();

        vector.Release();

        Assert.Equal(copy.Generation + GenerationStep, copy.Block->Word);
        AssertMisuse(IoVectorMisuse.Stale, () => copy.Release());
        held.Release();
    }

    [Fact]
    public void Dispose_LocalReleasedByAnotherThread_IsRefused()
    {
        var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        heap.Dispose();
        OnAnotherThread(() =>
            AssertMisuse(IoVectorMisuse.WrongThread, () => vector.Release()));
        Assert.Equal(1, heap.CountLive());
        vector.Release();
    }
}
