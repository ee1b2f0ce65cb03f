namespace Sluice.Memory.Tests.Buffers.Pools;

/// <summary>A shelf in the hands of one thread, step by step.</summary>
public sealed class PoolShelfTests : IDisposable
{
    private readonly BufferPool _pool = new();
    private readonly PoolShelf _shelf = new(256);
    private readonly List<PooledMemory> _memories = [];

    public void Dispose()
    {
        _memories.ForEach(memory => memory.Free());
        _pool.Dispose();
    }

    [Fact]
    public void TryTake_NothingIsIdle_CountsAMiss()
    {
        Assert.Null(_shelf.TryTake());

        Assert.Equal((1, 1), (_shelf.AskedCount, _shelf.MissedCount));
        Assert.False(_shelf.IsBusy);
    }

    [Fact]
    public void TryTake_FirstPlaceAndOthers_GivesTheFirstThenTheLastThenTheRest()
    {
        PooledMemory[] put = [Put(), Put(), Put()];
        PooledMemory first = Create();
        Assert.True(_shelf.TryPutFirst(first));
        Assert.False(_shelf.TryPutFirst(put[0]));
        Assert.Equal(4, _shelf.CountAllIdle());

        Assert.Same(first, _shelf.TryTake());
        Assert.Same(put[2], _shelf.TryTake());
        Assert.Same(put[0], _shelf.TryTake());
        Assert.Same(put[1], _shelf.TryTake());
        Assert.Null(_shelf.TryTake());
        Assert.Equal((5, 1), (_shelf.AskedCount, _shelf.MissedCount));
    }

    [Fact]
    public void TryTakeAsHeir_FirstPlaceAndOthers_GivesThemAll()
    {
        PooledMemory[] put = [Put(), Put(), Put()];
        PooledMemory first = Create();
        Assert.True(_shelf.TryPutFirst(first));

        Assert.Same(first, _shelf.TryTakeAsHeir());
        Assert.Same(put[2], _shelf.TryTakeAsHeir());
        Assert.Same(put[0], _shelf.TryTakeAsHeir());
        Assert.Same(put[1], _shelf.TryTakeAsHeir());
        Assert.Null(_shelf.TryTakeAsHeir());
        Assert.Equal((5, 1), (_shelf.AskedCount, _shelf.MissedCount));
        Assert.False(_shelf.IsBusy);
    }

    [Fact]
    public void Block_UntilUnblocked_GivesNothing()
    {
        Put();
        Assert.True(_shelf.TryPutFirst(Create()));

        _shelf.Block();
        Assert.Null(_shelf.TryTake());
        Assert.Null(_shelf.TryTakeAsHeir());
        _shelf.Unblock();

        Assert.NotNull(_shelf.TryTake());
        Assert.NotNull(_shelf.TryTakeAsHeir());
    }

    [Fact]
    public void TakeFromOutside_WhileBlocked_GivesAll()
    {
        PooledMemory other = Put();
        PooledMemory first = Create();
        Assert.True(_shelf.TryPutFirst(first));
        _shelf.Block();

        Assert.Same(first, _shelf.TakeFromOutside());
        Assert.Same(other, _shelf.TakeFromOutside());
        Assert.Null(_shelf.TakeFromOutside());
        Assert.Equal(0, _shelf.CountAllIdle());
    }

    [Fact]
    public void Inherit_Done_LeavesTheFirstThreadNothingForGood()
    {
        Put();
        _shelf.BeginInheriting();
        Assert.Null(_shelf.TryTake());
        Assert.False(_shelf.IsInherited);
        _shelf.EndInheriting();

        _shelf.Block();
        _shelf.Unblock();

        Assert.True(_shelf.IsInherited);
        Assert.True(_shelf.IsShared);
        Assert.Null(_shelf.TryTake());
        Assert.NotNull(_shelf.TryTakeAsHeir());
    }

    [Fact]
    public void TryEnterEnding_UntilTheShelfIsShared_IsTheFirstThreads()
    {
        Assert.True(_shelf.TryMoveTo(StackSpot.Here));
        Assert.True(_shelf.TryEnterEnding());
        Assert.True(_shelf.IsEnding);
        _shelf.LeaveEnding();
        Assert.False(_shelf.IsEnding);

        _shelf.BeginSharing();

        Assert.False(_shelf.TryEnterEnding());
        Assert.False(_shelf.IsEnding);
        Assert.False(_shelf.IsShared);
        _shelf.EndSharing();
        Assert.True(_shelf.IsShared);
        Assert.False(_shelf.MustBeShared());
    }

    [Fact]
    public void MustBeShared_OnAnotherThread_IsTrueUntilItIs()
    {
        Assert.False(_shelf.MustBeShared());
        bool before = false;
        bool after = true;
        bool canMove = true;
        var thread = new Thread(() =>
        {
            before = _shelf.MustBeShared();
            canMove = _shelf.TryMoveTo(StackSpot.Here);
            _shelf.BeginSharing();
            _shelf.EndSharing();
            after = _shelf.MustBeShared();
        });
        thread.Start();
        thread.Join();

        Assert.True(before);
        Assert.False(canMove);
        Assert.False(after);
    }

    [Fact]
    public void Close_AShelf_BlocksAndSharesIt()
    {
        Put();

        _shelf.Close();

        Assert.True(_shelf.IsClosed);
        Assert.Null(_shelf.TryTake());
        Assert.Null(_shelf.TryTakeAsHeir());
        Assert.True(_shelf.TryMoveTo(StackSpot.Here));
        Assert.False(_shelf.TryEnterEnding());
    }

    [Fact]
    public void Reserve_MoreThanASegmentHas_AddsOne()
    {
        PoolSegment segment = _shelf;
        for (int i = 0; i < PoolSegment.Places; i++)
            segment = _shelf.Reserve(out _);
        Assert.Same(_shelf, segment);

        PoolSegment added = _shelf.Reserve(out int place);

        Assert.NotSame(_shelf, added);
        Assert.Equal(0, place);
        Assert.Same(added, _shelf.Reserve(out place));
        Assert.Equal(1, place);
        Assert.Equal(PoolSegment.Places + 2, _shelf.CountAllReserved());
        Assert.Equal(PoolSegment.Places + 2, _shelf.AddedCount);
    }

    [Fact]
    public void GiveUp_AReservation_UndoesIt()
    {
        PoolSegment segment = _shelf.Reserve(out int place);

        _shelf.GiveUp(segment, place);

        Assert.Equal(0, _shelf.CountAllReserved());
        Assert.Equal(0, _shelf.AddedCount);
        _ = _shelf.Reserve(out int again);
        Assert.Equal(place, again);
    }

    private PooledMemory Create()
    {
        var memory = new PooledMemory(_pool, 256);
        _memories.Add(memory);
        return memory;
    }

    private PooledMemory Put()
    {
        PooledMemory memory = Create();
        PoolSegment segment = _shelf.Reserve(out int place);
        segment.Put(place, memory);
        return memory;
    }
}
