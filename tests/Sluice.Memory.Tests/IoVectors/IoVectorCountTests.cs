using static Sluice.Memory.BlockWord;
using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Counting off the fast path, which most calls never get to.</summary>
public sealed unsafe class IoVectorCountTests
{
    private const int Limit = (int)CountLimit;

    public static TheoryData<IoVectorSharing> Sharings =>
        [IoVectorSharing.Local, IoVectorSharing.Shared];

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Clone_AndRelease_CountOneUpAndOneDown(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);

        SlowPath.Clone(vector);
        Assert.Equal(2, SlowPath.References(vector));
        SlowPath.Release(vector);

        Assert.Equal(1, SlowPath.References(vector));
        Assert.Equal(10, vector.Span.Length);
        vector.Release();
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Release_OfTheLastReference_MakesTheBlockTheNextOne(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        nint address = vector.Address;

        SlowPath.Release(vector);

        Assert.Equal((0, 0), (heap.CountLive(), heap.Collect()));
        AssertMisuse(IoVectorMisuse.Stale, () => _ = vector.Address);
        IoVector next = heap.Allocate(10, sharing);
        Assert.Equal(address, next.Address);
        Assert.Equal(vector.Generation + GenerationStep, next.Generation);
        next.Release();
    }

    [Fact]
    public void Release_OnAnotherThread_LeavesTheBlockToTheOtherReference()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);
        IoVector clone = vector.Clone();

        OnAnotherThread(() => SlowPath.Release(vector));
        Assert.Equal(0, heap.Collect());
        Assert.Equal(10, clone.Span.Length);
        OnAnotherThread(() => SlowPath.Release(clone));

        Assert.Equal(1, heap.Collect());
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Clone_UpToTheLimit_CountsAndThenThrows(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        SlowPath.SetReferences(vector, Limit - 2);

        SlowPath.Clone(vector);
        SlowPath.Clone(vector);

        Assert.Equal(Limit, SlowPath.References(vector));
        AssertMisuse(IoVectorMisuse.TooManyReferences, () => SlowPath.Clone(vector));
        AssertMisuse(IoVectorMisuse.TooManyReferences, () => vector.Clone());
        Assert.Equal(Limit, SlowPath.References(vector));
        SlowPath.SetReferences(vector, 1);
        vector.Release();
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Release_AtTheLimit_CountsDown(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        SlowPath.SetReferences(vector, Limit);
        IoVector copy = vector;

        Assert.Equal(vector.Generation, SlowPath.Move(vector));
        SlowPath.Release(vector);
        SlowPath.Release(vector);
        copy.Release();

        Assert.Equal(Limit - 3, SlowPath.References(vector));
        SlowPath.SetReferences(vector, 1);
        vector.Release();
    }

    [Fact]
    public void Clone_AnotherOneMeanwhile_CountsBoth()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);

        Interrupted.Run(() => SlowPath.Clone(vector), at: 1, () => vector.Clone());

        Assert.Equal(3, SlowPath.References(vector));
        SlowPath.SetReferences(vector, 1);
        vector.Release();
    }

    [Fact]
    public void Release_AnotherOneMeanwhile_CountsBoth()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);
        IoVector first = vector.Clone();
        IoVector second = vector.Clone();

        Interrupted.Run(() => SlowPath.Release(first), at: 1, () => second.Release());

        Assert.Equal(1, SlowPath.References(vector));
        vector.Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Release_OfACopyMeanwhile_IsDetectedAndTheBlockComesHomeOnce()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);
        IoVector copy = vector;

        OnAnotherThread(() => AssertMisuse(
            IoVectorMisuse.Stale,
            () => Interrupted.Run(
                () => SlowPath.Release(vector), at: 1, () => copy.Release())));

        Assert.Equal(1, heap.Collect());
        Assert.Equal(0, heap.CountLive());
    }

    // The owner's release of the last reference takes no compare-exchange: the mark of the one
    // who was faster is lost, and found missing when the block comes home.
    [Fact]
    [Trait("pitfall", "33")]
    public void Release_ByTheOwnerAndAnotherAtOnce_IsDetectedAndTheBlockIsFreeOnce()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);
        IoVector copy = vector;
        Interrupted.Run(
            () => SlowPath.Release(vector), at: 1, () => OnAnotherThread(() => copy.Release()));

        IoVectorException error = AssertMisuse(IoVectorMisuse.Stale, () => heap.Collect());

        Assert.Contains("two threads", error.Message, StringComparison.Ordinal);
        IoVector first = heap.Allocate(10);
        IoVector second = heap.Allocate(10);
        Assert.NotEqual(first.Address, second.Address);
        Assert.Equal(0, heap.Collect());
        IoVector.ReleaseAll([first, second]);
    }

    // The campaign of schedules changes over between threads there, and nowhere else.
    [Fact]
    public void Steps_OfEachOperation_AreAsManyAsItsAccessesToWhatThreadsShare()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, IoVectorSharing.Shared);

        Assert.Equal(1, Interrupted.Run(() => SlowPath.Clone(vector)));
        Assert.Equal(1, Interrupted.Run(() => SlowPath.Release(vector)));
        Assert.Equal(1, Interrupted.Run(() => vector.Generation = SlowPath.Move(vector)));
        OnAnotherThread(
            () => Assert.Equal(4, Interrupted.Run(() => SlowPath.Release(vector))));
        Assert.Equal(1, Interrupted.Run(() => heap.Returns.Drain<Interrupted>(out _)));
        Assert.Equal(0, heap.CountLive());
    }
}
