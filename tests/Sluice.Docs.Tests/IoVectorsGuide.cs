using System.Buffers;
using Sluice.Memory;

namespace Sluice.Docs.Tests;

/// <summary>The examples of docs/io-vectors.md, region by region.</summary>
public sealed class IoVectorsGuide
{
    [Fact]
    public void Allocate()
    {
        #region docs: allocate
        using var heap = new IoHeap();

        // One vector of up to 1 MiB, for this thread alone.
        IoVector header = heap.Allocate(64);

        // Or several, for a longer request: all of them or none.
        var body = new IoVector[4];
        int count = heap.Allocate(3_000_000, alignment: 4096, body, IoVectorSharing.Shared);

        header.Release();
        IoVector.ReleaseAll(body.AsSpan(0, count));
        #endregion

        Assert.Equal(3, count);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Exhaustion()
    {
        #region docs: exhaustion
        using var heap = new IoHeap(new IoHeapOptions { LimitBytes = 64 * 1024 });
        IoVector all = heap.Allocate(64 * 1024);

        bool isThereMore = heap.TryAllocate(4096, out _);
        Task wait = heap.WaitAsync(4096);
        all.Release();
        #endregion

        Assert.False(isThereMore);
        Assert.True(wait.IsCompleted);
    }

    [Fact]
    public void Reserve()
    {
        using var heap = new IoHeap();
        using var stream = new MemoryStream([1, 2, 3]);

        #region docs: reserve
        var vectors = new IoVector[1];
        int count = heap.Reserve(65536, alignment: 0, vectors);

        int received = stream.Read(vectors[0].Span);
        vectors[0].SetLength(received);
        count = heap.Commit(vectors.AsSpan(0, count));
        #endregion

        Assert.Equal([1, 2, 3], vectors[0].Span.ToArray());
        IoVector.ReleaseAll(vectors.AsSpan(0, count));
    }

    [Fact]
    public void Abandon()
    {
        using var heap = new IoHeap();

        #region docs: abandon
        var vectors = new IoVector[1];
        heap.Reserve(65536, alignment: 0, vectors);
        heap.Abandon(vectors);
        #endregion

        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Clone()
    {
        using var heap = new IoHeap();

        #region docs: clone
        IoVector message = heap.Allocate(100, IoVectorSharing.Shared);
        IoVector whole = message.Clone();
        IoVector payload = message.CloneSegment(offset: 4, length: 96);

        // The block goes back with the last of the three.
        message.Release();
        whole.Release();
        payload.Release();
        #endregion

        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Move()
    {
        using var heap = new IoHeap();

        #region docs: move
        IoVector received = heap.Allocate(100);
        IoVector queued = received.Move();
        IoVector payload = queued.MoveSegment(offset: 4, length: 96);
        payload.Release();
        #endregion

        Assert.False(received.HasReference);
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    public void Access()
    {
        using var heap = new IoHeap();

        #region docs: access
        IoVector vector = heap.Allocate(100);
        vector.Span.Clear();
        vector.SetLength(12);

        Span<byte> bytes = vector.Span;
        Memory<byte> memory = vector.Memory;
        nint address = vector.Address;
        int length = vector.Length;
        #endregion

        Assert.Equal((12, 12, 12), (bytes.Length, memory.Length, length));
        Assert.NotEqual(0, address);
        vector.Release();
    }

    [Fact]
    public void Threads()
    {
        #region docs: threads
        using var heap = new IoHeap();
        var vectors = new IoVector[256];
        foreach (ref IoVector vector in vectors.AsSpan())
            vector = heap.Allocate(4096, IoVectorSharing.Shared);

        var consumer = new Thread(() => IoVector.ReleaseAll(vectors));
        consumer.Start();
        consumer.Join();
        int cameHome = heap.Collect();
        #endregion

        Assert.Equal(256, cameHome);
    }

    [Fact]
    public void Misuse()
    {
        using var heap = new IoHeap();
        IoVectorMisuse found = default;

        #region docs: misuse
        IoVector vector = heap.Allocate(100);
        IoVector copy = vector;
        vector.Release();
        try
        {
            copy.Release();
        }
        catch (IoVectorException error)
        {
            found = error.Misuse;
        }
        #endregion

        Assert.Equal(IoVectorMisuse.Stale, found);
    }

    [Fact]
    public void Lists()
    {
        using var heap = new IoHeap();

        #region docs: list
        using var received = new IoVectorList();
        received.TryAppendCopy(heap, [0, 0, 0, 5]);
        received.TryAppendCopy(heap, "hello and more"u8);

        var cursor = new IoVectorCursor(received);
        if (cursor.TryReadInt32BigEndian(out int length) && cursor.Remaining >= length)
        {
            using IoVectorList body = received.Slice(4, length);
            received.Consume(4 + length);
            Use(body.ToSequence());
        }
        #endregion

        Assert.Equal(9, received.Length);

        static void Use(ReadOnlySequence<byte> bytes) =>
            Assert.Equal("hello"u8.ToArray(), bytes.ToArray());
    }

    [Fact]
    public void SystemCalls()
    {
        using var heap = new IoHeap();
        IoVector[] vectors = [heap.Allocate(10), heap.Allocate(20)];

        #region docs: segments
        Span<IoSegment> segments = stackalloc IoSegment[8];
        segments = vectors.ToSegments(segments);
        #endregion

        Assert.Equal(2, segments.Length);
        IoVector.ReleaseAll(vectors);
    }

    [Fact]
    public void Adapters()
    {
        #region docs: adapters
        using var pool = new IoMemoryPool();
        using IMemoryOwner<byte> rented = pool.Rent(4096);

        using var heap = new IoHeap();
        using var writer = new IoVectorWriter(heap);
        writer.Write("hello"u8);
        using IoVectorList written = writer.Complete();
        #endregion

        Assert.Equal(5, written.Length);
        Assert.True(rented.Memory.Length >= 4096);
    }

    [Fact]
    public void Registration()
    {
        #region docs: registration
        List<IoSlab> registered = [];
        var options = new IoHeapOptions
        {
            SlabAdded = slab =>
            {
                slab.RegistrationIndex = registered.Count;
                registered.Add(slab);
            },
        };
        using var heap = new IoHeap(options);
        IoVector vector = heap.Allocate(4096);
        int fixedBuffer = vector.Slab.RegistrationIndex;
        vector.Release();
        #endregion

        Assert.Equal(0, fixedBuffer);
    }
}
