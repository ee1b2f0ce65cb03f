using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Which block an allocation gets.</summary>
public sealed unsafe partial class IoHeapBlockTests
{
    private const IoVectorSharing NoSharing = (IoVectorSharing)2;

    // Length 0 too: it has no class of its own.
    [Fact]
    public void TryAllocate_OneOfSeveralHeaps_TakesABlockOfItsOwn()
    {
        IoHeap[] heaps = [.. Enumerable.Range(0, 6).Select(_ => new IoHeap())];
        int[] lengths = [0, .. Enumerable.Range(0, 13).Select(index => 256 << index)];
        foreach (IoHeap heap in heaps)
        {
            foreach (int length in lengths)
                heap.Allocate(length).Release();
        }

        foreach (IoHeap heap in heaps)
        {
            foreach (int length in lengths)
            {
                Assert.True(heap.TryAllocate(length, out IoVector vector));
                Assert.Contains(vector.Slab, heap.Slabs);
                Assert.Equal(Math.Max(256, length), vector.Capacity);
                vector.Release();
            }
        }

        Array.ForEach(heaps, heap => heap.Dispose());
    }

    [Theory]
    [InlineData(IoVectorSharing.Local)]
    [InlineData(IoVectorSharing.Shared)]
    public void TryAllocate_FreeBlock_IsAsTheCallerWantsIt(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        heap.Allocate(10).Release();
        Assert.True(heap.TryAllocate(10, out IoVector vector, sharing));
        Assert.Equal(sharing, vector.Sharing);
        vector.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Allocate_NoSharingOfThese_Throws()
    {
        using var heap = new IoHeap();
        heap.Allocate(10).Release();

        Assert.Throws<ArgumentOutOfRangeException>(
            "sharing", () => heap.TryAllocate(10, out _, NoSharing));
        Assert.Throws<ArgumentOutOfRangeException>(
            "sharing", () => heap.Allocate(10, NoSharing));
        Assert.Throws<ArgumentOutOfRangeException>(
            "sharing", () => heap.Allocate(10, (IoVectorSharing)(-1)));
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void AnyMember_NegativeNumber_Throws()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.Allocate(-1, 0, vectors));
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.Reserve(-1, 0, vectors));
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.Trim(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.Provision(10, -1));
        Assert.Equal(0, heap.MappedBytes);
    }

    [Fact]
    public void TryAllocate_BlockReleasedElsewhere_TakesItRatherThanNewMemory()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(64 * 1024, IoVectorSharing.Shared);
        nint address = vector.Address;
        OnAnotherThread(() => vector.Release());

        Assert.True(heap.TryAllocate(64 * 1024, out vector));

        Assert.Equal(address, vector.Address);
        Assert.Equal(64 * 1024, heap.MappedBytes);
        vector.Release();
    }

    [Fact]
    public void TryAllocate_AtTheLimit_TakesALargerBlock()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector held = heap.Allocate(32 * 1024);
        heap.Allocate(32 * 1024).Release();

        Assert.True(heap.TryAllocate(10, out IoVector vector));

        Assert.Equal((10, 32 * 1024), (vector.Length, vector.Capacity));
        IoVector.ReleaseAll([held, vector]);
    }

    [Fact]
    public void Abandon_ReservedVector_MakesItsBlockTheNextOne()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors);
        nint address = vectors[0].Address;

        heap.Abandon(vectors);

        IoVector next = heap.Allocate(10);
        Assert.Equal(address, next.Address);
        next.Release();
    }

    [Fact]
    public void Trim_BlockReleasedElsewhere_GivesItsSlabBack()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);
        long mapped = heap.MappedBytes;
        OnAnotherThread(() => vector.Release());

        Assert.Equal(mapped, heap.Trim());
        Assert.Equal(0, heap.MappedBytes);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Provision_OfASlab_MakesItsPagesResident()
    {
        using var heap = new IoHeap(new IoHeapOptions { HugePages = IoHugePages.None });
        Assert.Equal(16, heap.Provision(4096, 16));

        IoSlab slab = Assert.Single(heap.Slabs);
        byte[] pages = new byte[slab.Length / Environment.SystemPageSize];
        fixed (byte* states = pages)
            Assert.Equal(0, ReadResidency(slab.Address, (nuint)slab.Length, states));
        Assert.All(pages, state => Assert.Equal(1, state & 1));
    }

    // mincore(2): the lowest bit of each byte says whether that page is in memory.
    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int ReadResidency(nint address, nuint length, byte* states);
}
