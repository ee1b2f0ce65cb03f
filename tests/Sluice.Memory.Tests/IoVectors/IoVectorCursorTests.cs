namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoVectorCursorTests : IDisposable
{
    private readonly IoHeap _heap = new();
    private readonly IoVectorList _list = new();

    public IoVectorCursorTests()
    {
        // An empty vector in the middle: there is nothing at its place.
        _list.TryAppendCopy(_heap, [1, 2, 3]);
        IoVector empty = _heap.Allocate(0);
        _list.Append(ref empty);
        _list.TryAppendCopy(_heap, [4, 5]);
        Assert.Equal(3, _list.Count);
    }

    public void Dispose()
    {
        _list.Dispose();
        _heap.Dispose();
    }

    [Fact]
    public void Constructor_NoList_Throws() =>
        Assert.Throws<ArgumentNullException>(() => new IoVectorCursor(null!).Remaining);

    [Theory]
    [InlineData(0, new byte[] { 1, 2, 3 })]
    [InlineData(2, new byte[] { 3 })]
    [InlineData(3, new byte[] { 4, 5 })]
    [InlineData(4, new byte[] { 5 })]
    [InlineData(5, new byte[0])]
    public void Advance_ToAnyPlace_HasTheRestOfTheVectorThere(int length, byte[] expected)
    {
        var cursor = new IoVectorCursor(_list);

        cursor.Advance(length);

        Assert.Equal(5 - length, cursor.Remaining);
        Assert.Equal(expected, cursor.Current.ToArray());
    }

    [Fact]
    public void Advance_InSteps_GoesOnFromTheLastPlace()
    {
        var cursor = new IoVectorCursor(_list);

        cursor.Advance(1);
        cursor.Advance(1);
        Assert.Equal([3], cursor.Current.ToArray());
        cursor.Advance(2);

        Assert.Equal([5], cursor.Current.ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void Advance_OutsideTheList_ThrowsAndStays(int length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var cursor = new IoVectorCursor(_list);
            cursor.Advance(length);
        });
    }

    [Fact]
    public void Read_AcrossVectors_TakesTheBytesInOrder()
    {
        var cursor = new IoVectorCursor(_list);
        Span<byte> first = stackalloc byte[4];
        Span<byte> second = stackalloc byte[1];

        cursor.Read(first);
        Assert.Equal(1, cursor.Remaining);
        cursor.Read(second);

        Assert.Equal([1, 2, 3, 4], first.ToArray());
        Assert.Equal([5], second.ToArray());
        Assert.Equal(0, cursor.Remaining);
    }

    [Fact]
    public void Read_MoreThanThereIs_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new IoVectorCursor(_list).Read(new byte[6]));

    [Fact]
    public void TryReadInt32BigEndian_ExactlyFourBytesLeft_ReadsThem()
    {
        var cursor = new IoVectorCursor(_list);
        cursor.Advance(1);

        Assert.True(cursor.TryReadInt32BigEndian(out int value));

        Assert.Equal(0x02030405, value);
        Assert.Equal(0, cursor.Remaining);
    }

    [Fact]
    public void TryReadInt32BigEndian_FewerBytesLeft_LeavesThem()
    {
        var cursor = new IoVectorCursor(_list);
        cursor.Advance(2);

        Assert.False(cursor.TryReadInt32BigEndian(out int value));

        Assert.Equal(0, value);
        Assert.Equal(3, cursor.Remaining);
    }
}
