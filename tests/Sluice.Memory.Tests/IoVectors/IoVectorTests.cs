namespace Sluice.Memory.Tests.IoVectors;

public sealed class IoVectorTests
{
    public static TheoryData<IoVectorSharing> Sharings =>
        [IoVectorSharing.Local, IoVectorSharing.Shared];

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Clone_OfAVector_SharesTheBytesAndKeepsTheBlock(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(4, sharing);
        IoVector clone = vector.Clone();
        vector.Span[0] = 9;
        vector.Release();

        Assert.Equal(1, heap.CountLive());
        Assert.Equal(9, clone.Span[0]);
        Assert.Equal(sharing, clone.Sharing);
        clone.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void CloneSegment_OfAVector_IsThatPart(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        "0123456789"u8.CopyTo(vector.Span);
        IoVector part = vector.CloneSegment(3, 4);
        Assert.Equal("3456"u8.ToArray(), part.Span.ToArray());
        Assert.Equal(4, part.Capacity);
        IoVector.ReleaseAll([vector, part]);
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [Trait("pitfall", "31")]
    [InlineData(unchecked((int)0xfffffff0), 0x20)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 11)]
    [InlineData(11, 0)]
    [InlineData(5, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MaxValue, 1)]
    public void Segment_OutsideTheVector_ThrowsAndChangesNothing(int offset, int length)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.CloneSegment(offset, length));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.MoveSegment(offset, length));
        Assert.Equal(10, vector.Span.Length);
        vector.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [Trait("pitfall", "31")]
    [InlineData(-1)]
    [InlineData(257)]
    [InlineData(int.MinValue)]
    public void SetLength_OutsideTheBlock_Throws(int length)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.SetLength(length));
        Assert.Equal(10, vector.Length);
        vector.Release();
    }

    [Fact]
    public void SetLength_UpToTheCapacity_ChangesTheBytes()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        vector.SetLength(vector.Capacity);
        Assert.Equal(vector.Capacity, vector.Span.Length);
        vector.SetLength(0);
        Assert.True(vector.Span.IsEmpty);
        vector.Release();
    }

    [Fact]
    public void SetLength_OfASegment_StaysInTheSegment()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        IoVector part = vector.CloneSegment(0, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.SetLength(5));
        IoVector.ReleaseAll([vector, part]);
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    [Trait("pitfall", "33")]
    public void Release_Twice_IsDetected(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        vector.Release();
        Assert.False(vector.HasReference);
        AssertMisuse(IoVectorMisuse.Stale, () => vector.Release());
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    [Trait("pitfall", "33")]
    public void Release_OfACopyToo_IsDetectedAndNamesBlockAndGeneration(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        IoVector copy = vector;
        vector.Release();
        IoVector next = heap.Allocate(10, sharing);
        IoVectorException error = AssertMisuse(IoVectorMisuse.Stale, () => copy.Release());

        Assert.NotEqual(0, error.Block);
        Assert.NotEqual(0, error.Generation);
        Assert.Contains($"{error.Block:x}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"generation {error.Generation}", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, heap.CountLive());
        next.Release();
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    [Trait("pitfall", "33")]
    public void Use_AfterMove_IsDetected(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        IoVector copy = vector;
        IoVector moved = vector.Move();

        AssertMisuse(IoVectorMisuse.Stale, () => vector.Release());
        AssertMisuse(IoVectorMisuse.Stale, () => vector.Clone());
        AssertMisuse(IoVectorMisuse.Stale, () => copy.Release());
        Assert.Equal(10, moved.Span.Length);
        moved.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    [Trait("pitfall", "33")]
    public void Use_OfAStaleCopy_IsDetectedByEveryMember(IoVectorSharing sharing)
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10, sharing);
        IoVector copy = vector;
        vector.Release();

        AssertMisuse(IoVectorMisuse.Stale, () => copy.Clone());
        AssertMisuse(IoVectorMisuse.Stale, () => copy.CloneSegment(0, 1));
        AssertMisuse(IoVectorMisuse.Stale, () => copy.Move());
        AssertMisuse(IoVectorMisuse.Stale, () => copy.MoveSegment(0, 1));
        AssertMisuse(IoVectorMisuse.Stale, () => copy.SetLength(1));
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Span.Length);
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Memory);
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Address);
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Slab);
        AssertMisuse(IoVectorMisuse.Stale, () => _ = copy.Sharing);
        AssertMisuse(IoVectorMisuse.Stale, () => IoVector.ReleaseAll([copy]));
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Use_OfAnUnsetVector_IsDetected()
    {
        IoVector vector = default;
        AssertMisuse(IoVectorMisuse.Stale, () => vector.Release());
        AssertMisuse(IoVectorMisuse.Stale, () => vector.Clone());
        AssertMisuse(IoVectorMisuse.Stale, () => vector.Move());
        AssertMisuse(IoVectorMisuse.Stale, () => _ = vector.Span.Length);
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void Local_OnAnotherThread_IsRefusedByEveryOperation()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        OnAnotherThread(() =>
        {
            AssertMisuse(IoVectorMisuse.WrongThread, () => vector.Release());
            AssertMisuse(IoVectorMisuse.WrongThread, () => vector.Clone());
            AssertMisuse(IoVectorMisuse.WrongThread, () => vector.Move());
            AssertMisuse(IoVectorMisuse.WrongThread, () => IoVector.ReleaseAll([vector]));
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.TryAllocate(1, out _));
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.Collect());
            AssertMisuse(IoVectorMisuse.WrongThread, () => heap.Trim());
        });
        vector.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Local_DeepInTheOwnersStack_IsStillTheOwners()
    {
        using var heap = new IoHeap();
        Assert.Equal(0, Sink(heap, 700));

        // Far below the part of the stack that is recognised at a glance.
        static int Sink(IoHeap heap, int depth)
        {
            Span<byte> frame = stackalloc byte[1024];
            frame.Fill((byte)depth);
            if (depth > 0)
                return Sink(heap, depth - 1) + frame[0] - (byte)depth;

            Assert.True(heap.TryAllocate(10, out IoVector vector));
            IoVector clone = vector.Clone();
            vector.Release();
            clone.Release();
            return heap.CountLive();
        }
    }

    [Fact]
    public void Bind_ToAnotherThread_MovesTheHeapAndItsLocalVectors()
    {
        var heap = new IoHeap();
        IoVector vector = heap.Allocate(10);
        OnAnotherThread(() =>
        {
            heap.BindToCurrentThread();
            IoVector clone = vector.Clone();
            clone.Release();
            vector.Release();
            heap.TryAllocate(10, out IoVector next);
            next.Release();
            heap.Dispose();
        });
        Assert.Throws<ObjectDisposedException>(() => heap.TryAllocate(10, out _));
    }

    [Fact]
    public void Clone_OverTheLimit_ThrowsAndCountsOn()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "A quarter of a million records.");
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(1);
        var clones = new IoVector[(1 << 18) - 1];
        for (int index = 0; index < clones.Length; index++)
            clones[index] = vector.Clone();
        AssertMisuse(IoVectorMisuse.TooManyReferences, () => vector.Clone());
        IoVector.ReleaseAll(clones);
        vector.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "36")]
    public void ReleaseAll_OnAnotherThread_BringsEverythingHomeAtOnce()
    {
        using var heap = new IoHeap();
        var vectors = new IoVector[1000];
        for (int index = 0; index < vectors.Length; index++)
        {
            int length = index % 3 == 0 ? 100 : 5000;
            vectors[index] = heap.Allocate(length, IoVectorSharing.Shared);
        }

        IoVector held = vectors[7].Clone();

        // The thread does nothing after the call: what it kept would stay with it.
        OnAnotherThread(() => IoVector.ReleaseAll(vectors));
        Assert.Equal(vectors.Length - 1, heap.Collect());
        Assert.Equal(1, heap.CountLive());
        held.Release();
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "36")]
    public void Release_OnAnotherThread_IsFoundByTheNextAllocation()
    {
        const int Size = 64 * 1024;
        using var heap = new IoHeap(
            new IoHeapOptions { LimitBytes = Size + IoVectorTrace.GuardSize(Size) });
        IoVector vector = heap.Allocate(Size, IoVectorSharing.Shared);
        OnAnotherThread(() => vector.Release());
        Assert.True(heap.TryAllocate(Size, out vector));
        vector.Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void ReleaseAll_StaleVectorInside_ReleasesThoseBefore()
    {
        using var heap = new IoHeap();
        IoVector stale = heap.Allocate(1, IoVectorSharing.Shared);
        IoVector copy = stale;
        stale.Release();
        IoVector[] vectors =
        [
            heap.Allocate(5000, IoVectorSharing.Shared),
            heap.Allocate(5000, IoVectorSharing.Shared),
            copy,
            heap.Allocate(5000, IoVectorSharing.Shared),
        ];
        OnAnotherThread(() => AssertMisuse(
            IoVectorMisuse.Stale, () => IoVector.ReleaseAll(vectors)));
        Assert.Equal(2, heap.Collect());
        Assert.True(vectors[3].HasReference);
        vectors[3].Release();
    }

    [Fact]
    [Trait("pitfall", "33")]
    public void ReleaseAll_SameVectorTwice_IsDetected()
    {
        using var heap = new IoHeap();
        IoVector vector = heap.Allocate(1, IoVectorSharing.Shared);
        OnAnotherThread(() => AssertMisuse(
            IoVectorMisuse.Stale, () => IoVector.ReleaseAll([vector, vector])));
        heap.Collect();
        Assert.Equal(0, heap.CountLive());
    }

    internal static IoVectorException AssertMisuse(IoVectorMisuse misuse, Action action)
    {
        IoVectorException error = Assert.Throws<IoVectorException>(action);
        Assert.Equal(misuse, error.Misuse);
        return error;
    }

    internal static void OnAnotherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    // What the memory would hold if the owner had released it as well and used it again.
    [Fact]
    [Trait("pitfall", "33")]
    public unsafe void ReleaseAll_ListOfBlocksOverwritten_IsRefused()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "Tracing releases one by one.");
        using var heap = new IoHeap();
        IoVector[] vectors =
        [
            .. Enumerable.Range(0, 8)
                .Select(_ => heap.Allocate(4096, IoVectorSharing.Shared)),
        ];
        nint list = vectors[0].Address;
        var thread = new Thread(() => IoVector.ReleaseAll(vectors));
        thread.Start();
        thread.Join();
        new Span<byte>((void*)list, 4096).Fill(0x41);

        Assert.Throws<IoVectorException>(() => heap.Collect());
    }
}
