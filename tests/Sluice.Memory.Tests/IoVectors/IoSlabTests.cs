using System.Buffers;
using System.Runtime.Versioning;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>They ask the kernel what is mapped: nobody else may map meanwhile.</summary>
[Collection(nameof(AloneCollection))]
public sealed unsafe class IoSlabTests
{
    private const int Length = 64 << 20;

    [Fact]
    public void RegistrationIndex_NewSlab_IsMinusOne()
    {
        IoSlab slab = Make();

        Assert.Equal(-1, slab.RegistrationIndex);
        slab.Free();
    }

    [Fact]
    public void Memory_WhileItIsMapped_IsTheWholeSlab()
    {
        IoSlab slab = Make();
        slab.Memory.Span[^1] = 7;

        Assert.Equal(Length, slab.Memory.Length);
        Assert.Equal(7, ((byte*)slab.Address)[Length - 1]);
        slab.Free();
    }

    [Fact]
    public void Pin_Index_IsTheAddressOfThatByte()
    {
        IoSlab slab = Make();

        Assert.Equal(slab.Address, AddressOf(slab.Pin()));
        Assert.Equal(slab.Address + 5, AddressOf(slab.Pin(5)));
        Assert.Equal(slab.Address + Length, AddressOf(slab.Pin(Length)));
        slab.Free();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Length + 1)]
    public void Pin_IndexOutsideTheSlab_Throws(int index)
    {
        IoSlab slab = Make();

        Assert.Throws<ArgumentOutOfRangeException>(() => slab.Pin(index));
        slab.Free();
    }

    [Fact]
    public void Free_PrivateSlab_IsNoLongerMapped()
    {
        IoSlab slab = Make();
        Assert.True(slab.IsMapped);
        Assert.True(PageMap.IsMapped(slab.Address, Length));

        slab.Free();

        Assert.False(slab.IsMapped);
        Assert.False(PageMap.IsMapped(slab.Address, Length));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Free_SharedSlab_IsNoLongerMapped()
    {
        var options = new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { IsSparse = true },
        };
        SharedMemoryMap map = SharedSlabs.TryMap(Length, options, out SharedMemory? memory)!;
        var slab = new IoSlab(memory!, map, 0);
        Assert.True(PageMap.IsMapped(slab.Address, Length));

        slab.Free();

        Assert.False(slab.IsMapped);
        Assert.False(PageMap.IsMapped(slab.Address, Length));
    }

    [Fact]
    public void Memory_SlabWasTrimmed_ThrowsInsteadOfTouchingWhatIsGone()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(4096);
        IoSlab slab = vector.Slab;
        Memory<byte> all = slab.Memory;
        Memory<byte> part = vector.Memory;
        vector.Release();
        Assert.Equal(4096, part.Span.Length);
        heap.Trim();

        Assert.Throws<ObjectDisposedException>(() => slab.GetSpan().Length);
        Assert.Throws<ObjectDisposedException>(() => slab.Memory);
        Assert.Throws<ObjectDisposedException>(() => all.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => part.Span.Length);
    }

    [Fact]
    public void Pin_HeapWasDisposed_ThrowsInsteadOfPointingAtWhatIsGone()
    {
        IoSlab slab;
        Memory<byte> part;
        using (var heap = new IoHeap())
        {
            IoVector vector = heap.Allocate(4096);
            slab = vector.Slab;
            part = vector.Memory;
            vector.Release();
        }

        Assert.Throws<ObjectDisposedException>(() => slab.Pin());
        Assert.Throws<ObjectDisposedException>(() => part.Pin());
    }

    private static IoSlab Make() => new(
        SlabMemory.Allocate(Length, IoHugePages.None, out SlabPages pages), Length, pages, 0);

    private static nint AddressOf(MemoryHandle handle) => (nint)handle.Pointer;
}
