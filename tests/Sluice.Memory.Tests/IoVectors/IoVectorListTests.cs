using System.Buffers;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoVectorListTests
{
    [Fact]
    public void Append_NeighboursInOneBlock_BecomeOneVector()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        "0123456789"u8.CopyTo(vector.Span);
        IoVector first = vector.CloneSegment(0, 4);
        IoVector second = vector.CloneSegment(4, 6);
        vector.Release();
        using var list = new IoVectorList();
        list.Append(ref first);
        list.Append(ref second);

        Assert.False(second.HasReference);
        Assert.Equal(1, list.Count);
        Assert.Equal(10, list.Length);
        Assert.Equal("0123456789"u8.ToArray(), list.ToSequence().ToArray());
        list.Clear();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Append_PartsThatAreNoNeighbours_StayApart()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector first = vector.CloneSegment(0, 4);
        IoVector second = vector.CloneSegment(5, 5);
        using var list = new IoVectorList();
        list.Append(ref first);
        list.Append(ref second);
        list.Append(ref vector);
        Assert.Equal(3, list.Count);
    }

    [Fact]
    public void Append_StaleVector_ThrowsAndChangesNothing()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector copy = vector;
        vector.Release();
        using var list = new IoVectorList();
        Assert.Throws<IoVectorException>(() => list.Append(ref copy));
        Assert.Equal(0, list.Length);
        Assert.Equal(0, list.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AllOperations_RandomSequence_MatchAnArrayOfBytes(int seed)
    {
        var random = new Random(seed);
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        List<byte> model = [];
        for (int turn = 0; turn < 3000; turn++)
        {
            byte[] bytes = new byte[random.Next(0, 700)];
            random.NextBytes(bytes);
            switch (random.Next(5))
            {
                case 0:
                    Assert.True(list.TryAppendCopy(heap, bytes));
                    model.AddRange(bytes);
                    break;
                case 1:
                    int consumed = random.Next(0, Math.Min(model.Count, 900) + 1);
                    list.Consume(consumed);
                    model.RemoveRange(0, consumed);
                    break;
                case 2:
                    int from = random.Next(0, model.Count + 1);
                    int count = random.Next(0, model.Count - from + 1);
                    using (IoVectorList part = list.Slice(from, count))
                        Assert.Equal(model[from..(from + count)], part.ToSequence().ToArray());
                    break;
                case 3:
                    bool isThere = list.TryPeek(bytes, out ReadOnlySpan<byte> peeked);
                    Assert.Equal(bytes.Length <= model.Count, isThere);
                    if (isThere)
                        Assert.Equal(model[..bytes.Length], peeked.ToArray());
                    break;
                default:
                    int length = Math.Min(bytes.Length, model.Count);
                    int offset = random.Next(0, model.Count - length + 1);
                    list.CopyTo(offset, bytes.AsSpan(0, length));
                    Assert.Equal(model[offset..(offset + length)], bytes[..length]);
                    break;
            }

            Assert.Equal(model.Count, list.Length);
        }

        list.Clear();
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [Trait("pitfall", "31")]
    [InlineData(0xfffffff0L, 0x20L)]
    [InlineData(-1L, 1L)]
    [InlineData(1L, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(0L, 11L)]
    public void Slice_OutsideTheList_Throws(long offset, long length)
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        list.TryAppendCopy(heap, new byte[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Slice(offset, length));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Consume(11));
    }

    [Fact]
    public void TryAppendCopy_HeapExhausted_AppendsNothing()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        using var list = new IoVectorList();
        Assert.False(list.TryAppendCopy(heap, new byte[100_000]));
        Assert.Equal(0, list.Length);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Constructor_AnyCapacity_HoldsWhatIsAppended()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IoVectorList(-1));
        using var heap = new IoHeap();
        using var list = new IoVectorList(0);

        Assert.True(list.TryAppendCopy(heap, [1]));
        Assert.True(list.TryAppendCopy(heap, [2]));

        Assert.Equal([1, 2], list.ToSequence().ToArray());
    }

    [Fact]
    public void TryAppendCopy_NothingOrNoHeap_TakesNoMemory()
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();

        Assert.True(list.TryAppendCopy(heap, []));

        Assert.Equal(0, heap.CountLive());
        Assert.Throws<ArgumentNullException>(() => list.TryAppendCopy(null!, [1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TryAppendCopy_WholeVectorsAndSomeMore_TakesAsManyAsThatNeeds(int more)
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        byte[] bytes = new byte[IoHeap.VectorLengthMax + more];
        bytes[^1] = 7;

        Assert.True(list.TryAppendCopy(heap, bytes));

        Assert.Equal(1 + more, list.Count);
        Assert.Equal(bytes, list.ToSequence().ToArray());
    }

    [Fact]
    public void Consume_ToTheEndOfVectors_ReleasesThem()
    {
        using var heap = new IoHeap();
        using IoVectorList list = ThreeVectors(heap);

        list.Consume(2);
        Assert.Equal(3, list.Count);
        list.Consume(1);
        Assert.Equal(2, list.Count);
        Assert.Equal(2, heap.CountLive());
        list.Consume(4);

        Assert.Equal([8, 9], list.ToSequence().ToArray());
        list.Consume(2);
        Assert.Equal((0, 0L, 0), (list.Count, list.Length, heap.CountLive()));
        Assert.True(list.TryAppendCopy(heap, [10]));
        Assert.Equal([10], list.ToSequence().ToArray());
    }

    [Fact]
    public void Consume_AnEmptyVectorFollows_ReleasesItToo()
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        list.TryAppendCopy(heap, [1]);
        IoVector empty = heap.Allocate(0);
        list.Append(ref empty);

        list.Consume(1);

        Assert.Equal(0, list.Count);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void TryPeek_InOneVector_GivesItsOwnBytes()
    {
        using var heap = new IoHeap();
        using IoVectorList list = ThreeVectors(heap);
        var scratch = new byte[3];

        Assert.True(list.TryPeek(scratch, out ReadOnlySpan<byte> bytes));

        Assert.Equal([1, 2, 3], bytes.ToArray());
        Assert.False(bytes.Overlaps(scratch));
    }

    [Fact]
    public void TryPeek_AcrossVectors_CopiesThem()
    {
        using var heap = new IoHeap();
        using IoVectorList list = ThreeVectors(heap);
        var scratch = new byte[9];

        Assert.True(list.TryPeek(scratch, out ReadOnlySpan<byte> bytes));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], bytes.ToArray());
        Assert.True(bytes.Overlaps(scratch));
        Assert.False(list.TryPeek(new byte[10], out _));
        Assert.True(list.TryPeek([], out bytes));
        Assert.True(bytes.IsEmpty);
        Assert.Equal(9, list.Length);
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(3, 4, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(0, 9, 3)]
    [InlineData(9, 0, 0)]
    public void Slice_OfAPart_HasTheVectorsThatItTouches(int offset, int length, int vectors)
    {
        using var heap = new IoHeap();
        using IoVectorList list = ThreeVectors(heap);

        using IoVectorList part = list.Slice(offset, length);

        Assert.Equal(vectors, part.Count);
        Assert.Equal(length, part.Length);
        Assert.Equal(
            list.ToSequence().Slice(offset, length).ToArray(), part.ToSequence().ToArray());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 10)]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void CopyTo_OutsideTheList_Throws(int offset, int length)
    {
        using var heap = new IoHeap();
        using IoVectorList list = ThreeVectors(heap);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => list.CopyTo(offset, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.Consume(-1));
    }

    [Fact]
    public void Cursor_NumberAcrossVectors_IsRead()
    {
        using var heap = new IoHeap();
        using var list = new IoVectorList();
        list.TryAppendCopy(heap, [9, 1, 2]);
        list.TryAppendCopy(heap, [3, 4, 5]);
        var cursor = new IoVectorCursor(list);
        cursor.Advance(1);
        Assert.True(cursor.TryReadInt32BigEndian(out int value));
        Assert.Equal(0x01020304, value);
        Assert.Equal(1, cursor.Remaining);
        Assert.Equal(5, cursor.Current[0]);
        Assert.False(cursor.TryReadInt32BigEndian(out _));
    }

    private static IoVectorList ThreeVectors(IoHeap heap)
    {
        var list = new IoVectorList();
        Assert.True(list.TryAppendCopy(heap, [1, 2, 3]));
        Assert.True(list.TryAppendCopy(heap, [4, 5, 6, 7]));
        Assert.True(list.TryAppendCopy(heap, [8, 9]));
        Assert.Equal(3, list.Count);
        return list;
    }
}
