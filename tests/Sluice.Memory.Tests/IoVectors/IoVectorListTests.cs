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
}
