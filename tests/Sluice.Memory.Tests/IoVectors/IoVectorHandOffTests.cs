using static Sluice.Memory.Tests.IoVectors.IoVectorTests;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Blocks that other threads bring home, many at once.</summary>
public sealed unsafe class IoVectorHandOffTests
{
    private const int BlockSize = 256;

    // The first block of a batch lists the others, and has no room for all of these.
    [Fact]
    public void ReleaseAll_MoreThanABatchHolds_LeavesTheNeighbourAlone()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = SharedVectors(heap, 100);
        IoVector held = vectors[1].Clone();
        Assert.Equal(vectors[0].Address + BlockSize, held.Address);
        held.Span.Fill(0x5A);

        OnAnotherThread(() => IoVector.ReleaseAll(vectors));

        Assert.Equal(vectors.Length - 1, heap.Collect());
        Assert.Equal(-1, held.Span.IndexOfAnyExcept((byte)0x5A));
        held.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void ReleaseAll_OnAnotherThread_FetchesEveryHeaderFirst()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = SharedVectors(heap, 70);
        foreach (IoVector vector in vectors)
            vector.Block->Touched = 0;

        OnAnotherThread(() => IoVector.ReleaseAll(vectors));

        Assert.All(vectors, vector => Assert.Equal(1, vector.Block->Touched));
        Assert.Equal(70, heap.Collect());
    }

    [Fact]
    public void Expect_MoreBlocks_FetchesEveryLineOfTheirListFirst()
    {
        const int Line = 64;
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(BlockSize, IoVectorSharing.Shared);
        byte* list = (byte*)vector.Address;
        vector.Span.Fill(0x5A);
        OnAnotherThread(() =>
        {
            var batch = default(ReturnBatch<NoInterleaving>);
            batch.Expect(1);
            Assert.True(batch.TryAdd(vector.Block, vector.Generation));
            Assert.Equal(0x5A, list[0]);

            batch.Expect(9);

            Assert.Equal([0, 0, 0, 0x5A], Enumerable.Range(0, 4).Select(i => list[i * Line]));
            batch.Flush();
        });
        Assert.Equal(1, heap.Collect());
    }

    [Fact]
    public void ReleaseAll_DeepInTheOwnersStack_TakesNoWayAround()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = SharedVectors(heap, 3);

        SlowPath.DeepInTheStack(() => IoVector.ReleaseAll(vectors));

        Assert.Equal((0, 0), (heap.CountLive(), heap.Collect()));
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void ReleaseAll_UnsetVectorInside_IsDetectedAndThoseBeforeAreReleased()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = [.. SharedVectors(heap, 1), default];

        OnAnotherThread(() => AssertMisuse(
            IoVectorMisuse.Stale, () => IoVector.ReleaseAll(vectors)));

        Assert.Equal(1, heap.Collect());
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void ReleaseAll_SomebodyWaits_WakesHim()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector[] vectors = [heap.Allocate(64 * 1024, IoVectorSharing.Shared)];
        Task wait = heap.WaitAsync(1);

        OnAnotherThread(() => IoVector.ReleaseAll(vectors));

        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Theory]
    [Trait("pitfall", "33")]
    [InlineData(0)]
    [InlineData(1)]
    public void TryAdd_OfACopyReleasedMeanwhile_IsFalse(int before)
    {
        using var heap = new IoHeap();
        IoVector[] vectors = SharedVectors(heap, before + 1);
        OnAnotherThread(() =>
        {
            var batch = default(ReturnBatch<Interrupted>);
            for (int index = 0; index < before; index++)
                Assert.True(batch.TryAdd(vectors[index].Block, vectors[index].Generation));
            IoVector last = vectors[before];
            IoVector copy = last;
            bool isAdded = true;

            Interrupted.Run(
                () => isAdded = batch.TryAdd(last.Block, last.Generation),
                at: 1,
                () => copy.Release());

            batch.Flush();
            Assert.False(isAdded);
        });
        Assert.Equal(vectors.Length, heap.Collect());
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void TryAdd_AndFlush_StepBetweenTheirAccesses()
    {
        using var heap = new IoHeap();
        IoVector vector = SharedVectors(heap, 1)[0];
        OnAnotherThread(() =>
        {
            var batch = default(ReturnBatch<Interrupted>);
            Assert.Equal(
                1, Interrupted.Run(() => batch.TryAdd(vector.Block, vector.Generation)));
            Assert.Equal(2, Interrupted.Run(() => batch.Flush()));
        });
        Assert.Equal(1, heap.Collect());
    }

    // Its third step: the block is claimed, the head of the stack is read.
    [Fact]
    public void Push_AnotherOneMeanwhile_BringsBothHome()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = SharedVectors(heap, 2);

        OnAnotherThread(() => Interrupted.Run(
            () => SlowPath.Release(vectors[0]), at: 3, () => vectors[1].Release()));

        Assert.Equal(2, heap.Collect());
        Assert.Equal(0, heap.CountLive());
    }

    private static IoVector[] SharedVectors(IoHeap heap, int count)
    {
        var vectors = new IoVector[count];
        for (int index = 0; index < count; index++)
            vectors[index] = heap.Allocate(BlockSize, IoVectorSharing.Shared);
        return vectors;
    }
}
