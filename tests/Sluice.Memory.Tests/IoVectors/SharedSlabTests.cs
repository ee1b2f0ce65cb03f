using System.Runtime.Versioning;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Slabs that other processes can map.</summary>
public sealed class SharedSlabTests
{
    private const int Length = 4096;

    [Fact]
    public void Slab_OfAPrivateHeap_HasNoObject()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(Length);

        Assert.Null(vector.Slab.SharedMemory);
        vector.Release();
    }

    [Theory]
    [InlineData(SharedMemoryBackend.Memfd)]
    [InlineData(SharedMemoryBackend.PosixShm)]
    [InlineData(SharedMemoryBackend.TemporaryFile)]
    [SupportedOSPlatform("linux")]
    public void Slab_OfASharedHeap_IsTheObjectThatOthersMap(SharedMemoryBackend backend)
    {
        using IoHeap heap = Heap(new SharedMemoryOptions { Backend = backend });
        IoVector first = heap.Allocate(Length, IoVectorSharing.Shared);
        IoVector second = heap.Allocate(Length, IoVectorSharing.Shared);
        second.Span.Fill(7);
        IoSlab slab = second.Slab;

        using SharedMemoryMap map = slab.SharedMemory!.Map(access: SharedMemoryAccess.Read);

        Assert.Equal(backend, slab.SharedMemory.Backend);
        Assert.Equal(slab.Length, map.Length);
        long offset = second.Address - slab.Address;
        Assert.Equal(
            second.Span, map.GetReadOnlyMemory(offset, Length).Span);
        IoVector.ReleaseAll([first, second]);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Slab_OfASharedHeap_IsSealed()
    {
        using IoHeap heap = Heap(Memfd);
        IoVector vector = heap.Allocate(Length);

        const SharedMemorySeals Expected =
            SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.Seal;
        Assert.Equal(Expected, vector.Slab.SharedMemory!.Seals & Expected);
        vector.Release();
    }

    [Fact]
    [Trait("pitfall", "42")]
    [SupportedOSPlatform("linux")]
    public void Slab_SealedAgainstLaterWrites_IsWrittenByTheHeapAlone()
    {
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = Memfd,
            SharedMemorySeals = SharedMemorySeals.Shrink | SharedMemorySeals.FutureWrite,
        });
        IoVector vector = heap.Allocate(Length);
        vector.Span.Fill(3);

        Assert.Throws<SharedMemoryException>(() => vector.Slab.SharedMemory!.Map());
        using SharedMemoryMap map =
            vector.Slab.SharedMemory!.Map(access: SharedMemoryAccess.Read);
        long offset = vector.Address - vector.Slab.Address;
        Assert.Equal(3, map.GetReadOnlyMemory(offset, 1).Span[0]);
        vector.Release();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void TryMap_SealIsRefused_LeavesNothingMapped()
    {
        const string Name = "refused-seal";
        var options = new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions
            {
                Backend = SharedMemoryBackend.Memfd,
                Name = Name,
            },
            SharedMemorySeals = SharedMemorySeals.Write,
        };

        Assert.Throws<SharedMemoryException>(
            () => SharedSlabs.TryMap(1 << 16, options, out _));

        Assert.DoesNotContain(
            File.ReadLines("/proc/self/maps"),
            line => line.Contains(Name, StringComparison.Ordinal));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Trim_SharedSlab_ClosesItsObjectAndLeavesTheMapsOfOthers()
    {
        using IoHeap heap = Heap(Memfd);
        IoVector vector = heap.Allocate(Length);
        vector.Span.Fill(9);
        SharedMemory memory = vector.Slab.SharedMemory!;
        using SharedMemoryMap map = memory.Map(access: SharedMemoryAccess.Read);
        long offset = vector.Address - vector.Slab.Address;
        vector.Release();

        Assert.True(heap.Trim() > 0);

        Assert.Throws<ObjectDisposedException>(() => memory.Handle);
        Assert.Equal(9, map.GetReadOnlyMemory(offset, 1).Span[0]);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Dispose_VectorStillHeld_KeepsItsBytes()
    {
        IoHeap heap = Heap(Memfd);
        IoVector vector = heap.Allocate(Length, IoVectorSharing.Shared);
        SharedMemory memory = vector.Slab.SharedMemory!;
        heap.Dispose();

        vector.Span.Fill(1);
        Assert.Equal(Length, memory.Size >= Length ? Length : 0);
        vector.Release();

        Assert.Throws<ObjectDisposedException>(() => memory.Handle);
    }

    [Fact]
    [Trait("pitfall", "40")]
    [SupportedOSPlatform("linux")]
    public void Allocate_SealIsRefused_ThrowsAndLeavesNothingOpen()
    {
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions
            {
                Backend = SharedMemoryBackend.Memfd,
                Name = "refused",
            },
            SharedMemorySeals = (SharedMemorySeals)(1 << 20),
        });

        Assert.Throws<SharedMemoryException>(() => heap.Allocate(1));

        Assert.Equal(0, heap.MappedBytes);
        Assert.DoesNotContain(
            Directory.GetFiles("/proc/self/fd"),
            static path => new FileInfo(path).LinkTarget?.Contains("memfd:refused") == true);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Slabs_OfASharedHeap_AreNumberedAndOfUsualPages()
    {
        using IoHeap heap = Heap(Memfd);
        IoVector.ReleaseAll([heap.Allocate(Length), heap.Allocate(2 * Length)]);

        Assert.Equal([0, 1], heap.Slabs.Select(static slab => slab.Id));
        Assert.All(heap.Slabs, static slab => Assert.Equal(SlabPages.Base, slab.Pages));
    }

    [Theory]
    [InlineData(true, 4 << 20, true)]
    [InlineData(true, 3 << 20, false)]
    [InlineData(false, 4 << 20, false)]
    public void OptionsFor_Slab_HasHugePagesIfItsSizeIsWholeOnes(
        bool areWanted, int size, bool hasThem)
    {
        SharedMemoryOptions options = SharedSlabs.OptionsFor(
            size, new SharedMemoryOptions { HugePages = areWanted });

        Assert.Equal(hasThem, options.HugePages);
    }

    [Fact]
    public void OptionsFor_Slab_HasTheOtherOptionsToo()
    {
        SharedMemoryOptions options = SharedSlabs.OptionsFor(1, new SharedMemoryOptions
        {
            Backend = SharedMemoryBackend.TemporaryFile,
            Name = "name",
            IsSparse = true,
            TemporaryDirectory = "/directory",
        });

        Assert.Equal(SharedMemoryBackend.TemporaryFile, options.Backend);
        Assert.Equal("name", options.Name);
        Assert.True(options.IsSparse);
        Assert.Equal("/directory", options.TemporaryDirectory);
    }

    [Fact]
    public void Constructor_SealAgainstWriting_Throws()
    {
        Assert.Throws<ArgumentException>(() => new IoHeap(new IoHeapOptions
        {
            SharedMemorySeals = SharedMemorySeals.Write,
        }));
    }

    private static SharedMemoryOptions Memfd => new() { Backend = SharedMemoryBackend.Memfd };

    private static IoHeap Heap(SharedMemoryOptions options) =>
        new(new IoHeapOptions { SharedMemory = options });
}
