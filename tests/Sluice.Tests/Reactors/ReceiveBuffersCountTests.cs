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

    [Fact]
    public void Trim_HalfIsLessThanWhatIsKept_StopsThere()
    {
        ReceiveBuffers buffers = Create(64, 4, bytesKept: 12 * Size);
        UseAllOf(buffers, turns: 3);
        Assert.True(buffers.IsTrimmable);

        TrimTwice(buffers);
        GiveAll(buffers, Take(buffers, 12, 4));

        Assert.Equal(12, buffers.WithMemory);
    }

    [Fact]
    public void Trim_AsMuchAsIsKeptIsUsed_LowersTheLimitToIt()
    {
        ReceiveBuffers buffers = Create(64, 4);
        ReceiveSegment held = Taken(buffers, 0);
        buffers.Replenish();
        Assert.Equal(5, buffers.WithMemory);
        GiveAll(buffers, [held]);
        Assert.True(buffers.IsTrimmable);

        TrimTwice(buffers);
        buffers.Replenish();
        buffers.Trim();

        Assert.False(buffers.IsTrimmable);
    }

    [Fact]
    public void Superfluous_TheDepthWasHalved_IsTheRestButAtMostHalf()
    {
        ReceiveBuffers buffers = Create(64, 4);
        for (int i = 0; i < 3; i++)
        {
            buffers.Wait(new Waiter());
            buffers.Replenish();
        }

        Assert.Equal(0, buffers.Superfluous);
        buffers.Trim();
        Assert.Equal(16, buffers.Superfluous);
        buffers.Trim();
        Assert.Equal(16, buffers.Superfluous);
    }

    [Fact]
    public void Superfluous_BuffersLieAboveTheLimit_AreAsManyButNotWhatReadersHold()
    {
        ReceiveBuffers buffers = Create(64, 8);
        UseAllOf(buffers, turns: 3);

        TrimTwice(buffers);
        Assert.Equal(24, buffers.WithMemory);
        Assert.Equal(4, buffers.Superfluous);
        GiveAll(buffers, Take(buffers, 24, 8));
        Assert.Equal(16, buffers.WithMemory);
        Assert.Equal(0, buffers.Superfluous);
        _ = Take(buffers, 13, 3);

        Assert.Equal(0, buffers.Superfluous);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Give_OnAnyThread_LeavesTheReadersSequence(bool isRemote)
    {
        ReceiveBuffers buffers = Create(2, 2);
        ReceiveSegment first = buffers.Take(0);
        ReceiveSegment second = buffers.Take(1);
        first.Append(null, this, 0, 1);
        second.Append(first, this, 1, 1);

        if (isRemote)
            buffers.GiveRemotely(first);
        else
            buffers.Give(first);

        Assert.Null(first.Holder);
        Assert.Null(first.Next);
    }

    private ReceiveBuffers Create(int max, int depth, int bytesKept = 0)
    {
        var options = new ReactorLoopOptions
        {
            ReceiveBufferSize = Size,
            ReceiveBuffersMax = max,
            ReceiveDepth = depth,
            BytesKept = bytesKept,
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

    private ReceiveSegment[] Take(ReceiveBuffers buffers, int firstId, int count) =>
        [.. Enumerable.Range(firstId, count).Select(id => Taken(buffers, id))];

    private static void GiveAll(ReceiveBuffers buffers, IEnumerable<ReceiveSegment> taken)
    {
        foreach (ReceiveSegment segment in taken)
            buffers.Give(segment);
        buffers.Replenish();
    }

    private void UseOfATurn(ReceiveBuffers buffers, int count) =>
        GiveAll(buffers, Take(buffers, 0, count));

    // A reader holds all that the kernel has, turn after turn, and then gives it back.
    private void UseAllOf(ReceiveBuffers buffers, int turns)
    {
        int depth = buffers.Provided;
        var held = new List<ReceiveSegment>();
        for (int turn = 0; turn < turns; turn++)
        {
            held.AddRange(Take(buffers, turn * depth, depth));
            buffers.Replenish();
        }

        GiveAll(buffers, held);
    }

    // In the first interval all was needed, in the second one little.
    private static void TrimTwice(ReceiveBuffers buffers)
    {
        buffers.Trim();
        buffers.Replenish();
        buffers.Trim();
    }

    private sealed class Waiter : IBufferWaiter
    {
        public int Count { get; private set; }

        public void OnBuffersAvailable() => Count++;
    }
}
