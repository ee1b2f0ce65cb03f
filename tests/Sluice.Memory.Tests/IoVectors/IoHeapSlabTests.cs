namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoHeapSlabTests
{
    [Fact]
    public void SlabAdded_EachSlab_IsToldBeforeUseAndAgainAtTheEnd()
    {
        List<int> added = [];
        List<int> removed = [];
        var options = new IoHeapOptions
        {
            SlabAdded = slab =>
            {
                slab.RegistrationIndex = added.Count;
                added.Add(slab.Id);
            },
            SlabRemoved = slab => removed.Add(slab.Id),
        };
        using (var heap = new IoHeap(options))
        {
            IoVector first = heap.Allocate(4096);
            IoVector second = heap.Allocate(65536);
            Assert.Equal([0, 1], added);
            Assert.Equal(0, first.Slab.RegistrationIndex);
            Assert.Equal(1, second.Slab.RegistrationIndex);
            Assert.InRange(
                first.Address, first.Slab.Address, first.Slab.Address + first.Slab.Length - 4096);
            Assert.Equal(2, heap.Slabs.Count);
            IoVector.ReleaseAll([first, second]);
            Assert.Empty(removed);
        }

        Assert.Equal([0, 1], removed.Order());
    }

    [Fact]
    public void SlabAdded_Throws_LeavesTheHeapUsable()
    {
        bool isRefused = true;
        using var heap = new IoHeap(new IoHeapOptions
        {
            SlabAdded = _ =>
            {
                if (isRefused)
                    throw new TimeoutException();
            },
        });
        Assert.Throws<TimeoutException>(() => heap.Allocate(1));
        Assert.Equal(0, heap.MappedBytes);
        isRefused = false;
        heap.Allocate(1).Release();
    }

    [Theory]
    [InlineData(IoHugePages.Auto)]
    [InlineData(IoHugePages.Transparent)]
    [InlineData(IoHugePages.None)]
    public void HugePages_AnyWish_YieldsMemoryAndSaysOfWhichKind(IoHugePages wish)
    {
        using var heap = new IoHeap(new IoHeapOptions { HugePages = wish });
        var vectors = new IoVector[64];
        Assert.Equal(64, heap.Allocate(64 << 20, 0, vectors));
        foreach (IoVector vector in vectors)
            vector.Span[^1] = 1;

        Assert.All(heap.Slabs, slab => Assert.True(Enum.IsDefined(slab.Pages)));
        if (wish == IoHugePages.None && OperatingSystem.IsLinux())
            Assert.All(heap.Slabs, slab => Assert.Equal(SlabPages.Base, slab.Pages));
        IoVector.ReleaseAll(vectors);
    }

    [Fact]
    public void Provision_Count_MapsForThatMany()
    {
        using var heap = new IoHeap();
        Assert.Equal(100, heap.Provision(4096, 100));
        long mapped = heap.MappedBytes;
        var vectors = new IoVector[100];
        for (int index = 0; index < vectors.Length; index++)
            vectors[index] = heap.Allocate(4096);
        Assert.Equal(mapped, heap.MappedBytes);
        IoVector.ReleaseAll(vectors);
    }

    [Fact]
    public void Provision_AtTheLimit_SaysHowMany()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        Assert.Equal(16, heap.Provision(4096, 100));
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(-4096)]
    public void SlabSize_NotWholePages_Throws(int size) =>
        Assert.ThrowsAny<ArgumentException>(() => new IoHeap(new() { SlabSize = size }));
}
