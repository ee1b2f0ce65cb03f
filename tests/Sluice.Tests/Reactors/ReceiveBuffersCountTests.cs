using Sluice.Memory;
using Sluice.Reactors;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;
using Sluice.Uring;

namespace Sluice.Tests.Reactors;

/// <summary>Few buffers, counted step by step; the test takes them as completions do.</summary>
public sealed class ReceiveBuffersCountTests : IDisposable
{
    private const int Size = 4096;

    private readonly IoHeap _heap = new(new IoHeapOptions { HugePages = IoHugePages.None });
    private readonly Ring _ring;
    private ReceiveBuffers? _buffers;

    public ReceiveBuffersCountTests()
    {
        EngineRun.SkipUnlessUsable(Engine.Uring);
        _ring = Ring.Create(new RingOptions { Entries = 8 });
    }

    public void Dispose()
    {
        _buffers?.Close(_ring);
        _ring.Dispose();
        _heap.Dispose();
    }

    [Theory]
    [InlineData(2, 8, 2)]
    [InlineData(8, 2, 2)]
    [InlineData(4, 4, 4)]
    public void Constructor_DepthAndLimit_GivesTheKernelTheLesser(int max, int depth, int expected)
    {
        ReceiveBuffers buffers = Create(max, depth);

        Assert.Equal(expected, buffers.Provided);
        Assert.Equal(expected, buffers.WithMemory);
        Assert.Equal(0, buffers.Held);
        Assert.False(buffers.IsTrimmable);
    }

    [Fact]
    public void Take_AndGiveBack_CountsWhatReadersHold()
    {
        ReceiveBuffers buffers = Create(2, 2);

        ReceiveSegment segment = Taken(buffers, 1);
        Assert.Equal((1, 2, 1), (buffers.Provided, buffers.WithMemory, buffers.Held));
        buffers.Give(segment);
        Assert.Equal((1, 2, 0), (buffers.Provided, buffers.WithMemory, buffers.Held));
        buffers.Replenish();

        Assert.Equal((2, 2, 0), (buffers.Provided, buffers.WithMemory, buffers.Held));
    }

    [Fact]
    [Trait("pitfall", "7")]
    public void Replenish_FewerBuffersThanConnectionsWait_ServesAsManyInTheirOrder()
    {
        ReceiveBuffers buffers = Create(2, 2);
        ReceiveSegment[] held = [Taken(buffers, 0), Taken(buffers, 1)];
        Waiter[] waiters = [new(), new(), new()];
        foreach (Waiter waiter in waiters)
            buffers.Wait(waiter);
        Assert.False(buffers.CanServe);
        buffers.Replenish();
        Assert.All(waiters, waiter => Assert.Equal(0, waiter.Count));
        Assert.False(buffers.CanServe);

        buffers.Give(held[0]);
        Assert.True(buffers.CanServe);
        buffers.Replenish();
        Assert.Equal([1, 0, 0], waiters.Select(waiter => waiter.Count));
        Assert.True(buffers.GiveRemotely(held[1]));
        Assert.True(buffers.CanServe);
        buffers.Replenish();

        Assert.Equal([1, 1, 1], waiters.Select(waiter => waiter.Count));
        Assert.False(buffers.CanServe);
    }

    [Fact]
    public async Task GiveRemotely_NobodyWaits_NeedsNoWake()
    {
        ReceiveBuffers buffers = Create(2, 2);
        ReceiveSegment[] held = [Taken(buffers, 0), Taken(buffers, 1)];

        bool[] wakes = await Task.Run(
            () => held.Select(buffers.GiveRemotely).ToArray()).Within();

        Assert.Equal([false, false], wakes);
        Assert.False(buffers.CanServe);
        buffers.Replenish();
        Assert.Equal((2, 0), (buffers.Provided, buffers.Held));
        Assert.All(held, segment => Assert.Null(segment.NextReturned));
    }

    [Fact]
    public void Replenish_OnceTheLineIsEmpty_NeedsNoWakeAnyMore()
    {
        ReceiveBuffers buffers = Create(2, 2);
        ReceiveSegment held = Taken(buffers, 0);
        buffers.Wait(new Waiter());
        buffers.Replenish();

        Assert.False(buffers.GiveRemotely(held));
    }

    [Fact]
    public void Replenish_LackAtTheLimit_StaysAtTheLimit()
    {
        ReceiveBuffers buffers = Create(8, 3);
        for (int i = 0; i < 4; i++)
        {
            buffers.Wait(new Waiter());
            buffers.Replenish();
        }

        Assert.Equal(8, buffers.Provided);
        Assert.Equal(8, buffers.WithMemory);
    }

    [Fact]
    public void Trim_AQuarterOfTheDepthIsTaken_MakesItShallowerByHalf()
    {
        ReceiveBuffers buffers = Create(64, 4);
        for (int i = 0; i < 3; i++)
        {
            buffers.Wait(new Waiter());
            buffers.Replenish();
        }

        UseOfATurn(buffers, 9);
        buffers.Trim();
        UseOfATurn(buffers, 8);
        Assert.Equal(32, buffers.Provided);
        buffers.Trim();

        // Half of what was there is not put back.
        UseOfATurn(buffers, 20);

        Assert.Equal(16, buffers.Provided);
    }

    private ReceiveBuffers Create(int max, int depth)
    {
        var options = new ReactorLoopOptions
        {
            ReceiveBufferSize = Size,
            ReceiveBuffersMax = max,
            ReceiveDepth = depth,
            BytesKept = 0,
        };
        return _buffers = new ReceiveBuffers(_ring, 1, _heap, options);
    }

    // As a completion does that names a buffer which the kernel has.
    private ReceiveSegment Taken(ReceiveBuffers buffers, int id)
    {
        ReceiveSegment segment = buffers.Take((ushort)id);
        segment.Append(null, this, 0, Size);
        return segment;
    }

    private void UseOfATurn(ReceiveBuffers buffers, int count)
    {
        ReceiveSegment[] taken =
            [.. Enumerable.Range(0, count).Select(id => Taken(buffers, id))];
        foreach (ReceiveSegment segment in taken)
            buffers.Give(segment);
        buffers.Replenish();
    }

    private sealed class Waiter : IBufferWaiter
    {
        public int Count { get; private set; }

        public void OnBuffersAvailable() => Count++;
    }
}
