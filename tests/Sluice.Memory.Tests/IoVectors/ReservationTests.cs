using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class ReservationTests
{
    [Theory]
    [InlineData(IoVectorSharing.Local)]
    [InlineData(IoVectorSharing.Shared)]
    public void Commit_ShorterThanReserved_LeavesTheBytesThatWereSet(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[3];
        Assert.Equal(3, heap.Reserve(3 * IoHeap.VectorLengthMax, 0, vectors, sharing));
        vectors[0].Span.Fill(1);
        vectors[1].Span.Fill(2);
        vectors[1].SetLength(10);
        vectors[2].SetLength(0);

        Assert.Equal(2, heap.Commit(vectors));
        Assert.Equal(2, heap.CountLive());
        Assert.Equal(sharing, vectors[1].Sharing);
        Assert.Equal(2, vectors[1].Span[9]);
        Assert.False(vectors[2].HasReference);
        IoVector.ReleaseAll(vectors.AsSpan(0, 2));
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Commit_EmptyVectorFirst_MovesTheOthersToTheFront()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[2];
        heap.Reserve(2 * IoHeap.VectorLengthMax, 0, vectors);
        vectors[0].SetLength(0);
        vectors[1].SetLength(5);
        Assert.Equal(1, heap.Commit(vectors));
        Assert.Equal(5, vectors[0].Length);
        Assert.False(vectors[1].HasReference);
        vectors[0].Release();
    }

    [Fact]
    [Trait("pitfall", "32")]
    public void Reserve_WhileAnotherIsOutstanding_IsOtherMemory()
    {
        using var heap = new IoHeap();
        var first = new IoVector[1];
        var second = new IoVector[1];
        heap.Reserve(4096, 0, first);
        heap.Reserve(4096, 0, second);
        IoVector third = heap.Allocate(4096);
        Assert.Equal(
            3, new[] { first[0].Address, second[0].Address, third.Address }.Distinct().Count());
        heap.Commit(second);
        heap.Commit(first);
        IoVector.ReleaseAll([first[0], second[0], third]);
    }

    [Fact]
    [Trait("pitfall", "32")]
    public void Reserved_BeforeTheCommit_CannotBeClonedMovedOrReleased()
    {
        using var heap = new IoHeap();
        foreach (IoVectorSharing sharing in Enum.GetValues<IoVectorSharing>())
        {
            var vectors = new IoVector[1];
            heap.Reserve(4096, 0, vectors, sharing);
            AssertMisuse(IoVectorMisuse.Reserved, () => vectors[0].Clone());
            AssertMisuse(IoVectorMisuse.Reserved, () => vectors[0].Move());
            AssertMisuse(IoVectorMisuse.Reserved, () => vectors[0].Release());
            AssertMisuse(IoVectorMisuse.Reserved, () => IoVector.ReleaseAll(vectors));
            heap.Abandon(vectors);
            Assert.Equal(0, heap.CountLive());
        }
    }

    [Fact]
    [Trait("pitfall", "32")]
    public void Commit_Twice_IsDetected()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors);
        heap.Commit(vectors);
        AssertMisuse(IoVectorMisuse.NotReserved, () => heap.Commit(vectors));
        AssertMisuse(IoVectorMisuse.NotReserved, () => heap.Abandon(vectors));
        vectors[0].Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Commit_ToAnotherHeap_IsDetectedAndCommitsNothing()
    {
        using var heap = new IoHeap();
        using var other = new IoHeap();
        var own = new IoVector[1];
        var foreign = new IoVector[1];
        heap.Reserve(10, 0, own);
        other.Reserve(10, 0, foreign);
        IoVector[] both = [own[0], foreign[0]];
        AssertMisuse(IoVectorMisuse.ForeignHeap, () => heap.Commit(both));
        AssertMisuse(IoVectorMisuse.Reserved, () => own[0].Release());
        heap.Abandon(own);
        other.Abandon(foreign);
    }

    [Fact]
    [Trait("pitfall", "32")]
    public void Commit_SameVectorTwiceInOneCall_IsDetectedAndCommitsNothing()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors);
        IoVector[] twice = [vectors[0], vectors[0]];
        AssertMisuse(IoVectorMisuse.NotReserved, () => heap.Commit(twice));
        Assert.Equal(1, heap.Commit(vectors));
        vectors[0].Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Commit_Stale_IsDetected()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1];
        heap.Reserve(10, 0, vectors);
        IoVector[] copy = [vectors[0]];
        heap.Abandon(vectors);
        AssertMisuse(IoVectorMisuse.Stale, () => heap.Commit(copy));
        AssertMisuse(IoVectorMisuse.Stale, () => heap.Commit(vectors));
        AssertMisuse(IoVectorMisuse.Stale, () => heap.Commit(new IoVector[1]));
    }

    [Fact]
    public void Reserve_OverTheLimit_ReservesNothing()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = IoHeap.VectorLengthMax });
        Assert.Equal(0, heap.Reserve(2 * IoHeap.VectorLengthMax, 0, new IoVector[2]));
        Assert.Equal(0, heap.CountLive());
    }
}
