using System.Net;
using System.Net.Sockets;
using Sluice.Memory;
using Sluice.Reactors;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;
using Sluice.Uring;

namespace Sluice.Tests.Reactors;

/// <summary>The buffers with a ring and one receive; each datagram takes a buffer.</summary>
public sealed class ReceiveBuffersTests : IDisposable
{
    private const int Size = 4096;
    private const int Depth = 4;
    private const int Max = 1024;

    private readonly Ring _ring;
    private readonly IoHeap _heap = new(new IoHeapOptions { HugePages = IoHugePages.None });
    private readonly ReceiveBuffers _buffers;
    private readonly List<ReceiveSegment> _held = [];
    private readonly Socket _receiver = new(SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _sender = new(SocketType.Dgram, ProtocolType.Udp);
    private bool _isArmed;

    public ReceiveBuffersTests()
    {
        EngineRun.SkipUnlessUsable(Engine.Uring);
        _ring = Ring.Create(new RingOptions { Entries = 8 });
        var options = new ReactorLoopOptions
        {
            ReceiveBufferSize = Size,
            ReceiveBuffersMax = Max,
            ReceiveDepth = Depth,
            BytesKept = 16 * Size,
        };
        _buffers = new ReceiveBuffers(_ring, 1, _heap, options);
        _receiver.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        _sender.Connect(_receiver.LocalEndPoint!);
    }

    public void Dispose()
    {
        Close();
        _heap.Dispose();
        _sender.Dispose();
        _receiver.Dispose();
    }

    [Fact]
    public void Close_NothingHeld_LeavesNoVector()
    {
        Receive(20);
        GiveAll();
        Receive(3);
        GiveAll();

        Close();

        Assert.Equal("", _heap.ReportLive());
    }

    [Fact]
    public async Task Close_ReadersHoldBuffers_KeepsThemUntilTheLastIsGivenBack()
    {
        Receive(2);
        ReceiveSegment first = _held[0];
        ReceiveSegment second = _held[1];

        Close();
        _heap.Dispose();

        Assert.Equal(TestBytes.Create(Size, 0), first.Memory.ToArray());
        await Task.Run(() => _buffers.GiveRemotely(first)).Within();
        Assert.Equal(TestBytes.Create(Size, 1), second.Memory.ToArray());
        Assert.NotEqual(0, _heap.MappedBytes);
        await Task.Run(() => _buffers.GiveRemotely(second)).Within();
        Assert.Equal(0, _heap.MappedBytes);
    }

    [Fact]
    public async Task Close_BufferGivenBackByAnotherThreadBefore_LeavesNoVector()
    {
        Receive(1);
        await Task.Run(() => _buffers.GiveRemotely(_held[0])).Within();

        Close();

        Assert.Equal(0, _heap.CountLive());
    }

    [Fact]
    public void Replenish_SeveralFoundNothing_DoublesTheDepthOnce()
    {
        var waiter = new Waiter();
        for (int i = 0; i < 5; i++)
            _buffers.Wait(waiter);

        _buffers.Replenish();

        Assert.Equal(2 * Depth, _buffers.Provided);
        Assert.Equal(5, waiter.Count);
    }

    [Fact]
    public void Trim_BurstIsOver_GivesItsMemoryBack()
    {
        Assert.SkipWhen(IoVectorTrace.IsEnabled, "Guard pages count as well.");
        long before = _heap.MappedBytes;
        Receive(Max - Depth);
        long most = _heap.MappedBytes;
        GiveAll();
        _buffers.Trim();

        for (int i = 0; i < 20; i++)
            TrimQuiet();

        Assert.True(most >= Max * Size);
        Assert.InRange(_heap.MappedBytes, before, 256 * 1024);
        Assert.Equal(16, _buffers.Known);
        Assert.False(_buffers.IsTrimmable);
    }

    [Fact]
    public void Trim_HalfIsNeededAgainAndAgain_KeepsAll()
    {
        Receive(Max - Depth);
        long most = _heap.MappedBytes;
        GiveAll();
        _buffers.Trim();

        for (int i = 0; i < 10; i++)
        {
            Receive((Max / 2) + 1 - Depth);
            GiveAll();
            _buffers.Trim();
        }

        Assert.Equal(most, _heap.MappedBytes);
    }

    [Fact]
    public void Trim_BuffersAboveTheLimitAreHeld_TakesThemWhenTheyComeHome()
    {
        Receive(Max - Depth);
        ReceiveSegment[] last = [.. _held[^8..]];
        _held.RemoveRange(_held.Count - 8, 8);
        GiveAll();
        _buffers.Trim();
        for (int i = 0; i < 20; i++)
            TrimQuiet();

        byte[] kept = last[0].Memory.ToArray();
        long before = _heap.CountLive();
        foreach (ReceiveSegment segment in last)
            _buffers.Give(segment);

        Assert.Equal(TestBytes.Create(Size, Max - Depth - 8), kept);
        Assert.Equal(8, before - _heap.CountLive());
        Assert.Equal(0, _buffers.Held);
    }

    [Fact]
    public void Trim_AnotherBurstFollows_HasAllBuffersAgain()
    {
        Receive(Max - Depth);
        ReceiveSegment[] kept = [.. _held[^8..]];
        nint[] before = [.. kept.Select(segment => segment.Address)];
        _held.RemoveRange(_held.Count - 8, 8);
        GiveAll();
        _buffers.Trim();
        for (int i = 0; i < 20; i++)
            TrimQuiet();

        Receive(Max - Depth - 8);

        Assert.Equal(before, kept.Select(segment => segment.Address));
        nint[] addresses = [.. _held.Concat(kept).Select(segment => segment.Address)];
        Assert.Equal(Max - Depth, addresses.Distinct().Count());
        Assert.Equal(Max - Depth, _buffers.Held);
        Assert.Equal(Depth, _buffers.Provided);
    }

    [Fact]
    public void Trim_RingWasDeepened_MakesItShallowAgain()
    {
        for (int i = 0; i < 4; i++)
        {
            _buffers.Wait(new Waiter());
            _buffers.Replenish();
        }

        int deep = _buffers.Provided;
        for (int i = 0; i < 20; i++)
            TrimQuiet();
        Receive(deep);
        GiveAll();

        Assert.Equal(16 * Depth, deep);
        Assert.Equal(Depth, _buffers.Provided);
    }

    // A turn in which little arrives, and the end of an interval.
    private void TrimQuiet()
    {
        Receive(1);
        GiveAll();
        _buffers.Trim();
    }

    private void Close()
    {
        if (!_ring.IsDisposed)
            _buffers.Close(_ring);
    }

    // Datagrams with different bytes, one after the other.
    private void Receive(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Arm();
            _ = _sender.Send(TestBytes.Create(Size, i));
            Assert.True(_ring.SubmitAndWait(1).IsSuccess);
            Completion completion = _ring.ReadyCompletions[0];
            _isArmed = completion.HasMore;
            Assert.Equal(Size, completion.Result);
            ReceiveSegment segment = _buffers.Take(completion.BufferId);
            _ring.Advance(1);
            segment.Append(null, this, 0, Size);
            _held.Add(segment);
            _buffers.Replenish();
        }
    }

    private void Arm()
    {
        if (_isArmed)
            return;

        Assert.True(_ring.TryGetSubmission(out Submission submission));
        submission.PrepareReceiveMultishot((int)_receiver.Handle, _buffers.Group);
        _isArmed = true;
    }

    private void GiveAll()
    {
        foreach (ReceiveSegment segment in _held)
            _buffers.Give(segment);
        _held.Clear();
        _buffers.Replenish();
    }

    private sealed class Waiter : IBufferWaiter
    {
        public int Count { get; private set; }

        public void OnBuffersAvailable() => Count++;
    }
}
