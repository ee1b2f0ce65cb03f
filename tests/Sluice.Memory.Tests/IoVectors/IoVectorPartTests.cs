using static Sluice.Memory.BlockWord;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Parts of blocks: where they start and end, and which of them become one.</summary>
public sealed unsafe class IoVectorPartTests
{
    [Theory]
    [Trait("pitfall", "31")]
    [InlineData(5, 6)]
    [InlineData(10, 1)]
    public void CloneSegment_PartlyOutside_Throws(int offset, int length)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);

        Assert.Throws<ArgumentOutOfRangeException>(
            nameof(length), () => vector.CloneSegment(offset, length));

        Assert.Equal(1, SlowPath.References(vector));
        vector.Release();
    }

    [Fact]
    public void TryJoin_Neighbours_HaveTheRoomOfBoth()
    {
        using var heap = new IoHeap();
        IoVector second = heap.Allocate(10);
        IoVector first = second.CloneSegment(0, 4);
        second = second.MoveSegment(4, 6);

        Assert.True(first.TryJoin(ref second));

        Assert.False(second.HasReference);
        Assert.Equal((10, 10), (first.Length, first.Capacity));
        Assert.Equal(1, SlowPath.References(first));
        first.Release();
    }

    [Fact]
    public void TryJoin_TwoBlocksSideBySide_IsFalse()
    {
        using var heap = new IoHeap();
        IoVector first = heap.Allocate(256);
        IoVector second = heap.Allocate(256);
        Assert.Equal(first.Address + 256, second.Address);
        Assert.Equal(first.Generation, second.Generation);

        Assert.False(first.TryJoin(ref second));

        Assert.Equal(2, heap.CountLive());
        IoVector.ReleaseAll([first, second]);
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void TryJoin_OnAStaleVector_IsFalse()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector stale = vector;
        stale.SetLength(4);
        vector.Release();
        IoVector next = heap.Allocate(10).MoveSegment(4, 6);
        Assert.Equal((nint)(stale.Block->Data + 4), next.Address);

        Assert.False(stale.TryJoin(ref next));

        next.Release();
    }

    [Fact]
    public void Shift_ByBytes_StartsThereAndEndsWhereItDid()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        nint address = vector.Address;

        vector.Shift(16);

        Assert.Equal(address + 16, vector.Address);
        Assert.Equal((10, 240), (vector.Length, vector.Capacity));
        vector.Release();
    }

    [Fact]
    public void Release_OfEachGeneration_MakesTheNextOneHigher()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        ulong first = vector.Generation;
        vector.Release();
        Assert.True(heap.TryAllocate(10, out vector));

        Assert.Equal(first + GenerationStep, vector.Generation);
        vector.Release();
    }

    [Fact]
    public void ToString_WithAReference_NamesBlockAndGeneration()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        nint block = (nint)vector.Block;
        ulong generation = vector.Generation / GenerationStep;

        Assert.Equal(
            $"10 bytes of block 0x{block:x}, generation {generation}", vector.ToString());
        vector.Release();
        Assert.Equal("no reference", vector.ToString());
    }
}
