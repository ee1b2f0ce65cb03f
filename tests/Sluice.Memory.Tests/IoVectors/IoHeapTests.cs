using System.Buffers;

namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(4096)]
    [InlineData(65537)]
    [InlineData(IoHeap.VectorLengthMax)]
    public void Allocate_AnyLength_HasThatManyWritableBytes(int length)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(length);
        vector.Span.Fill(7);

        Assert.Equal(length, vector.Length);
        Assert.Equal(length, vector.Span.Length);
        Assert.Equal(-1, vector.Span.IndexOfAnyExcept((byte)7));
        vector.Release();
    }

    [Fact]
    public void Allocate_LengthZero_IsAVectorWithoutBytes()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(0);
        Assert.True(vector.Span.IsEmpty);
        vector.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Allocate_ManyVectors_NeverOverlap()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[2000];
        for (int index = 0; index < vectors.Length; index++)
            vectors[index] = heap.Allocate(1 + (index * 37 % 9000));

        IoSegment[] places = new IoSegment[vectors.Length];
        ((ReadOnlySpan<IoVector>)vectors).ToSegments(places);
        Array.Sort(places, (a, b) => a.Address.CompareTo(b.Address));
        for (int index = 1; index < places.Length; index++)
        {
            IoSegment before = places[index - 1];
            Assert.True(before.Address + (nint)before.Length <= places[index].Address);
        }

        IoVector.ReleaseAll(vectors);
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(4096)]
    public void Allocate_WithAlignment_IsAligned(int alignment)
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[100];
        for (int index = 0; index < vectors.Length; index++)
        {
            vectors[index] = heap.Allocate(10, alignment: alignment);
            Assert.Equal(0, vectors[index].Address % Math.Max(alignment, 1));
        }

        IoVector.ReleaseAll(vectors);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(8192)]
    public void Allocate_BadAlignment_Throws(int alignment)
    {
        using var heap = new IoHeap();
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.Allocate(10, alignment: alignment));
        Assert.Equal(0, heap.MappedBytes);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(IoHeap.VectorLengthMax + 1)]
    [InlineData(int.MaxValue)]
    public void TryAllocate_BadLength_Throws(int length)
    {
        using var heap = new IoHeap();
        Assert.Throws<ArgumentOutOfRangeException>(() => heap.TryAllocate(length, out _));
    }

    [Fact]
    public void Allocate_LongRequest_SpansSeveralVectors()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[4];
        int count = heap.Allocate((2 * IoHeap.VectorLengthMax) + 5, 0, vectors);

        Assert.Equal(3, count);
        Assert.Equal(
            (2 * IoHeap.VectorLengthMax) + 5, ((ReadOnlySpan<IoVector>)vectors).GetLength());
        IoVector.ReleaseAll(vectors.AsSpan(0, count));
    }

    [Fact]
    public void Allocate_TooFewVectors_IsNothingAtAll()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[2];
        Assert.Equal(0, heap.Allocate((2 * IoHeap.VectorLengthMax) + 1, 0, vectors));
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "37")]
    public void Allocate_LimitWithinTheRequest_IsNothingAtAll()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 2 * IoHeap.VectorLengthMax });
        var vectors = new IoVector[4];
        Assert.Equal(0, heap.Allocate(3 * IoHeap.VectorLengthMax, 0, vectors));
        Assert.Equal(0, heap.CountLive());
        Assert.Equal(2, heap.Allocate(2 * IoHeap.VectorLengthMax, 0, vectors));
        IoVector.ReleaseAll(vectors.AsSpan(0, 2));
    }

    [Fact]
    [Trait("pitfall", "37")]
    public void TryAllocate_AtTheLimit_IsFalseUntilARelease()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        var vectors = new IoVector[16];
        for (int index = 0; index < vectors.Length; index++)
            Assert.True(heap.TryAllocate(4096, out vectors[index]));

        Assert.False(heap.TryAllocate(4096, out _));
        Assert.Throws<IoHeapExhaustedException>(() => heap.Allocate(4096));
        vectors[3].Release();
        Assert.True(heap.TryAllocate(4096, out vectors[3]));
        IoVector.ReleaseAll(vectors);
    }

    [Fact]
    [Trait("pitfall", "37")]
    public async Task WaitAsync_AtTheLimit_EndsWithARelease()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024, IoVectorSharing.Shared);
        Task wait = heap.WaitAsync(4096);
        Assert.False(wait.IsCompleted);

        await Task.Run(() => vector.Release());
        await wait.WaitAsync(TimeSpan.FromSeconds(30));
        heap.BindToCurrentThread();
        Assert.True(heap.TryAllocate(64 * 1024, out vector));
        vector.Release();
    }

    [Fact]
    public void WaitAsync_LocalRelease_EndsIt()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024);
        Task wait = heap.WaitAsync(1);
        vector.Release();
        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void WaitAsync_WithMemoryLeft_IsOver()
    {
        using var heap = new IoHeap();
        Assert.True(heap.WaitAsync(4096).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WaitAsync_HeapDisposed_Throws()
    {
        var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024, IoVectorSharing.Shared);
        Task wait = heap.WaitAsync(1);
        heap.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        vector.Release();
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Ends()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector vector = heap.Allocate(64 * 1024, IoVectorSharing.Shared);
        using var cancellation = new CancellationTokenSource();
        Task wait = heap.WaitAsync(1, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        vector.Release();
    }

    [Fact]
    [Trait("pitfall", "35")]
    public void TryAllocate_AfterReleases_ReusesTheNewestFirst()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[64];
        for (int index = 0; index < vectors.Length; index++)
            vectors[index] = heap.Allocate(4096);
        nint[] addresses = Array.ConvertAll(vectors, vector => vector.Address);

        // The newest stands apart, the others are a stack.
        for (int index = 0; index < vectors.Length; index++)
            vectors[index].Release();
        Assert.Equal(addresses[0], Take(heap));
        for (int index = vectors.Length - 1; index > 0; index--)
            Assert.Equal(addresses[index], Take(heap));

        static nint Take(IoHeap heap)
        {
            Assert.True(heap.TryAllocate(4096, out IoVector vector));
            return vector.Address;
        }
    }

    [Fact]
    [Trait("pitfall", "35")]
    public void Trim_AfterASurge_GivesTheSlabsBack()
    {
        using var heap = new IoHeap();
        IoVector kept = heap.Allocate(4096);
        kept.Span.Fill(5);
        var surge = new IoVector[4096];
        for (int index = 0; index < surge.Length; index++)
            surge[index] = heap.Allocate(4096);
        long mapped = heap.MappedBytes;
        IoVector.ReleaseAll(surge);

        long given = heap.Trim();
        Assert.InRange(given, 15L << 20, mapped);
        Assert.Equal(mapped - given, heap.MappedBytes);
        Assert.Equal(-1, kept.Span.IndexOfAnyExcept((byte)5));
        Assert.True(heap.TryAllocate(4096, out IoVector again));
        again.Span.Fill(1);
        Assert.NotEqual(kept.Address, again.Address);
        IoVector.ReleaseAll([kept, again]);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Trim_KeepBytes_LeavesThatMuch()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1024];
        for (int index = 0; index < vectors.Length; index++)
            vectors[index] = heap.Allocate(4096);
        IoVector.ReleaseAll(vectors);
        heap.Trim(keepBytes: 1 << 20);
        Assert.InRange(heap.MappedBytes, 1, 1 << 20);
    }

    [Fact]
    public void TryAllocate_LimitTakenByAnotherSize_TrimsThat()
    {
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 128 * 1024 });
        IoVector small = heap.Allocate(256);
        small.Release();
        Assert.True(heap.TryAllocate(128 * 1024, out IoVector large));
        large.Release();
    }

    [Fact]
    [Trait("pitfall", "34")]
    public void Allocate_256TinyVectorsRetained_MapAtMostOneMebibyte()
    {
        using var heap = new IoHeap();
        var kept = new IoVector[256];
        for (int index = 0; index < kept.Length; index++)
        {
            // Each is retained out of a thousand that are not.
            for (int other = 0; other < 1000; other++)
                heap.Allocate(64).Release();
            kept[index] = heap.Allocate(64);
        }

        Assert.InRange(heap.MappedBytes, 1, 1 << 20);
        IoVector.ReleaseAll(kept);
    }

    [Fact]
    public void TryAllocate_SteadyState_AllocatesNothing()
    {
        using var heap = new IoHeap();
        Turn(heap);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 1000; turn++)
            Turn(heap);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Turn(IoHeap heap)
        {
            heap.TryAllocate(4096, out IoVector local);
            heap.TryAllocate(4096, out IoVector shared, IoVectorSharing.Shared);
            IoVector first = local.Clone();
            IoVector second = shared.CloneSegment(1, 2);
            IoVector third = first.Move();
            local.Release();
            shared.Release();
            second.Release();
            third.Release();
        }
    }

    [Fact]
    public void Dispose_VectorsHeld_ReportsThemAndKeepsTheirMemory()
    {
        string report = "";
        int removed = 0;
        var heap = new IoHeap(new IoHeapOptions
        {
            LeakFound = text => report = text,
            SlabRemoved = _ => removed++,
        });
        IoVector shared = heap.Allocate(100, IoVectorSharing.Shared);
        IoVector local = heap.Allocate(100);
        IoVector second = local.Clone();
        shared.Span.Fill(3);
        heap.Dispose();
        heap.Dispose();

        Assert.Equal(2, report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("2 reference(s)", report, StringComparison.Ordinal);
        Assert.Equal(-1, shared.Span.IndexOfAnyExcept((byte)3));
        Assert.Throws<ObjectDisposedException>(() => heap.TryAllocate(1, out _));
        IoVector.ReleaseAll([local, second]);
        Assert.Equal(0, removed);
        var last = new Thread(() => shared.Release());
        last.Start();
        last.Join();
        Assert.Equal(1, removed);
        Assert.Throws<IoVectorException>(() => local.Clone());
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Release_AfterTheHeapHasGone_IsDetected()
    {
        IoVector copy;
        using (var heap = new IoHeap())
        {
            IoVector vector = heap.Allocate(4096);
            copy = vector;
            vector.Release();
        }

        Assert.Equal(
            IoVectorMisuse.Stale, Assert.Throws<IoVectorException>(() => copy.Release()).Misuse);

        // A new heap uses the same headers again, with generations that the copy never had.
        using var next = new IoHeap();
        IoVector other = next.Allocate(4096);
        Assert.Throws<IoVectorException>(() => copy.Address);
        other.Release();
    }

    [Fact]
    public void ToSequence_SeveralVectors_HasAllBytesInOrder()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = [heap.Allocate(3), heap.Allocate(0), heap.Allocate(2)];
        "abc"u8.CopyTo(vectors[0].Span);
        "de"u8.CopyTo(vectors[2].Span);
        ReadOnlySequence<byte> bytes = ((ReadOnlySpan<IoVector>)vectors).ToSequence();
        Assert.Equal("abcde"u8.ToArray(), bytes.ToArray());
        IoVector.ReleaseAll(vectors);
    }
}
