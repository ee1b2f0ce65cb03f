using System.Buffers;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Where a list puts its vectors, and what it says of a part that is none.</summary>
public sealed class IoVectorListRoomTests
{
    [Fact]
    public void Append_FrontHalfConsumed_UsesItsPlaces()
    {
        using var heap = new IoHeap();
        _ = BytesOfFifthAppend(heap);
        Assert.Equal(0, BytesOfFifthAppend(heap));
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [Trait("pitfall", "31")]
    [InlineData(-1, 0, "offset")]
    [InlineData(11, 0, "offset")]
    [InlineData(10, 1, "length")]
    [InlineData(5, 6, "length")]
    public void CopyToOrSlice_OutsideTheList_SaysWhatIsWrong(int offset, int length, string name)
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        list.TryAppendCopy(heap, new byte[10]);

        Assert.Throws<ArgumentOutOfRangeException>(
            name, () => list.CopyTo(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(name, () => list.Slice(offset, length));
    }

    private static long BytesOfFifthAppend(IoHeap heap)
    {
        using var list = new IoVectorList(4);
        for (int index = 0; index < 4; index++)
            Assert.True(list.TryAppendCopy(heap, [(byte)index]));
        list.Consume(2);
        IoVector fifth = heap.Allocate(1);
        fifth.Span[0] = 4;
        long before = GC.GetAllocatedBytesForCurrentThread();
        list.Append(ref fifth);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal([2, 3, 4], list.ToSequence().ToArray());
        return allocated;
    }
}
