namespace Sluice.Memory.Tests.Buffers.Pools;

public sealed class PoolSegmentTests : IDisposable
{
    private readonly BufferPool _pool = new();
    private readonly PoolSegment _segment = new();
    private readonly List<PooledMemory> _memories = [];

    public void Dispose()
    {
        _memories.ForEach(memory => memory.Free());
        _pool.Dispose();
    }

    [Fact]
    public void TryReserve_AllPlaces_GivesEachOnceAndThenNone()
    {
        int[] places =
            [.. Enumerable.Range(0, PoolSegment.Places).Select(_ => _segment.TryReserve())];

        Assert.Equal(Enumerable.Range(0, PoolSegment.Places), places);
        Assert.Equal(PoolSegment.Places, _segment.CountReserved());
        Assert.Equal(-1, _segment.TryReserve());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(63)]
    public void Vacate_AReservedPlace_IsTheNextOneGivenOut(int place)
    {
        while (_segment.TryReserve() >= 0)
        {
        }

        _segment.Vacate(place);

        Assert.Equal(PoolSegment.Places - 1, _segment.CountReserved());
        Assert.Equal(place, _segment.TryReserve());
        Assert.Equal(-1, _segment.TryReserve());
    }

    [Fact]
    public void TryTakeLast_SeveralCameBack_GivesTheLastOneOnce()
    {
        PooledMemory first = Put(3);
        PooledMemory last = Put(63);

        Assert.Equal(2, _segment.CountIdle());
        Assert.Same(last, _segment.TryTakeLast());
        Assert.Null(_segment.TryTakeLast());
        Assert.Equal(1, _segment.CountIdle());
        Assert.Same(first, _segment.TryTakeAny());
    }

    [Fact]
    public void TryTakeAny_SomeAreIdle_GivesEachOnce()
    {
        PooledMemory[] put = [Put(0), Put(1), Put(63)];

        PooledMemory?[] taken =
            [_segment.TryTakeAny(), _segment.TryTakeAny(), _segment.TryTakeAny()];

        Assert.Equal(put, taken);
        Assert.Null(_segment.TryTakeAny());
        Assert.Equal(0, _segment.CountIdle());
    }

    private PooledMemory Put(int place)
    {
        var memory = new PooledMemory(_pool, 256);
        _memories.Add(memory);
        _segment.Put(place, memory);
        return memory;
    }
}
