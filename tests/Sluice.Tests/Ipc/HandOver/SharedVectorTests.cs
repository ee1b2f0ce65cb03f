using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>Blocks that are read where they lie, and what becomes of them.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedVectorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(IoHeap.VectorLengthMax)]
    public void TrySend_AnyLength_IsReadWhereItLies(int length)
    {
        using var pair = new HandOverPair();
        IoVector vector = pair.Allocate(length, fill: 3);
        IoVector mine = vector.Clone();
        Assert.True(pair.Sender.TrySend(ref vector, tag: 17));
        Assert.False(vector.HasReference);

        SharedVectorLease lease = pair.Receive();
        Assert.Equal(length, lease.Length);
        Assert.Equal(17UL, lease.Tag);
        Assert.Equal(mine.Span, lease.Span);

        // The same memory, not a copy of it.
        mine.Span.Fill(9);
        Assert.Equal(-1, lease.Span.IndexOfAnyExcept((byte)9));
        Assert.Equal(lease.Span, lease.Memory.Span);
        lease.Release();
        mine.Release();
    }

    [Fact]
    public void TrySend_PartOfABlock_IsThatPart()
    {
        using var pair = new HandOverPair();
        IoVector whole = pair.Allocate(1000);
        whole.Span[500] = 1;
        IoVector part = whole.CloneSegment(500, 7);
        Assert.True(pair.Sender.TrySend(ref part));

        SharedVectorLease lease = pair.Receive();

        Assert.Equal([1, 0, 0, 0, 0, 0, 0], lease.Span.ToArray());
        lease.Release();
        whole.Release();
    }

    [Fact]
    public void Release_OfALease_BringsTheBlockHome()
    {
        using var pair = new HandOverPair();
        pair.Send();
        SharedVectorLease lease = pair.Receive();
        Assert.Equal(0, pair.Sender.Collect());
        Assert.Equal(1, pair.Heap.CountLive());
        Assert.Equal(1, pair.Receiver.LeaseCount);

        lease.Release();

        Assert.False(lease.HasReference);
        Assert.Equal(1, pair.Sender.Collect());
        Assert.Equal(0, pair.Heap.CountLive());
        Assert.Equal(0, pair.Sender.InFlightCount);
        Assert.Equal(0, pair.Receiver.LeaseCount);
    }

    [Fact]
    public void Release_InAnyOrder_BringsTheRightBlocksHome()
    {
        const int Count = 100;
        using var pair = new HandOverPair();
        var leases = new SharedVectorLease[Count];
        var mine = new IoVector[Count];
        for (int i = 0; i < Count; i++)
        {
            IoVector vector = pair.Allocate(100, (byte)i);
            mine[i] = vector.Clone();
            Assert.True(pair.Sender.TrySend(ref vector, (ulong)i));
            leases[i] = pair.Receive();
        }

        IoVector.ReleaseAll(mine);
        foreach (int i in Enumerable.Range(0, Count).OrderBy(static i => i * 37 % Count))
        {
            Assert.Equal((byte)i, leases[i].Span[0]);
            leases[i].Release();
            Assert.Equal(1, pair.Sender.Collect());
        }

        Assert.Equal(0, pair.Heap.CountLive());
    }

    [Fact]
    public void Release_OfACopy_ThrowsAndLeavesTheNextLease()
    {
        using var pair = new HandOverPair();
        pair.Send();
        SharedVectorLease lease = pair.Receive();
        SharedVectorLease copy = lease;
        lease.Release();
        Assert.Throws<InvalidOperationException>(() => lease.Release());
        Assert.Throws<InvalidOperationException>(() => copy.Release());

        // The same ticket again.
        Assert.Equal(1, pair.Sender.Collect());
        pair.Send(fill: 5);
        SharedVectorLease next = pair.Receive();
        Assert.Throws<InvalidOperationException>(() => copy.Release());
        Assert.Throws<InvalidOperationException>(() => copy.Span.Length);
        Assert.Throws<InvalidOperationException>(() => copy.Memory.Length);
        Assert.Equal(5, next.Span[0]);
        next.Release();
    }

    [Fact]
    public void Release_OnManyThreads_BringsEachBlockHomeOnce()
    {
        const int Count = 1000;
        using var pair = new HandOverPair(new() { InFlightMax = Count });
        for (int i = 0; i < Count; i++)
            pair.Send(64);
        var leases = new SharedVectorLease[Count];
        for (int i = 0; i < Count; i++)
            leases[i] = pair.Receive();

        Parallel.For(0, Count, i => leases[i].Release());

        Assert.Equal(Count, pair.Sender.Collect());
        Assert.Equal(0, pair.Heap.CountLive());
    }

    [Fact]
    public void TrySend_AllTicketsOut_IsFalseUntilOneIsBack()
    {
        using var pair = new HandOverPair(new() { InFlightMax = 2 });
        pair.Send();
        pair.Send();
        IoVector third = pair.Allocate(fill: 7);
        Assert.False(pair.Sender.TrySend(ref third));
        Assert.Equal(7, third.Span[0]);

        SharedVectorLease lease = pair.Receive();
        Assert.False(pair.Sender.TrySend(ref third));
        lease.Release();

        Assert.True(pair.Sender.TrySend(ref third));
        Assert.False(third.HasReference);
    }

    [Fact]
    public void TrySend_VectorThatCannotTravel_ThrowsAndStaysTheCallers()
    {
        using var pair = new HandOverPair();
        using var other = new IoHeap();
        IoVector local = pair.Heap.Allocate(1);
        IoVector foreign = other.Allocate(1, IoVectorSharing.Shared);
        IoVector stale = pair.Allocate();
        IoVector copy = stale;
        stale.Release();
        var reserved = new IoVector[1];
        Assert.Equal(1, pair.Heap.Reserve(1, 0, reserved, IoVectorSharing.Shared));

        Assert.Throws<ArgumentException>(() => pair.Sender.TrySend(ref local));
        Assert.Throws<ArgumentException>(() => pair.Sender.TrySend(ref foreign));
        Assert.Throws<IoVectorException>(() => pair.Sender.TrySend(ref copy));
        Assert.Throws<IoVectorException>(() => pair.Sender.TrySend(ref reserved[0]));
        pair.Send();
        Assert.Throws<IoVectorException>(() => pair.Sender.TrySend(ref reserved[0]));

        Assert.Equal(1, pair.Sender.InFlightCount);
        pair.Heap.Abandon(reserved);
        local.Release();
        foreign.Release();
        SharedVectorLease lease = pair.Receive();
        Assert.False(pair.Receiver.TryReceive(out _));
        lease.Release();
    }

    [Fact]
    public void TrySend_ClonesToTwoReceivers_KeepsTheBlockForBoth()
    {
        using var pair = new HandOverPair();
        (Sluice.Ipc.DescriptorChannel near, Sluice.Ipc.DescriptorChannel far) =
            Sluice.Ipc.DescriptorChannel.CreatePair();
        using (near)
        using (far)
        {
            using SharedVectorSender other = SharedVectorSender.Create(near);
            using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(far);
            IoVector vector = pair.Allocate(fill: 2);
            IoVector clone = vector.Clone();
            Assert.True(pair.Sender.TrySend(ref vector));
            Assert.True(other.TrySend(ref clone));
            SharedVectorLease first = pair.Receive();
            Assert.True(receiver.TryReceive(out SharedVectorLease second));

            first.Release();
            Assert.Equal(1, pair.Sender.Collect());
            Assert.Equal(1, pair.Heap.CountLive());
            Assert.Equal(2, second.Span[0]);
            second.Release();
            Assert.Equal(1, other.Collect());

            Assert.Equal(0, pair.Heap.CountLive());
        }
    }

    [Fact]
    public void Dispose_OfTheSender_BringsAllBlocksHome()
    {
        using var pair = new HandOverPair();
        pair.Send();
        pair.Send();
        SharedVectorLease lease = pair.Receive();

        pair.Sender.Dispose();

        Assert.Equal(0, pair.Heap.CountLive());
        IoVector vector = pair.Allocate();
        Assert.Throws<ObjectDisposedException>(() => pair.Sender.TrySend(ref vector));
        Assert.Throws<ObjectDisposedException>(() => pair.Sender.Collect());
        vector.Release();
        lease.Release();
    }

    [Fact]
    public async Task Dispose_OfTheReceiver_EndsWithTheLastLease()
    {
        using var pair = new HandOverPair();
        pair.Send(fill: 8);
        pair.Send();
        SharedVectorLease lease = pair.Receive();
        pair.Receiver.Dispose();
        pair.Receiver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pair.Receiver.TryReceive(out _));
        Assert.Equal(SharedChannelEnd.None, pair.Sender.End);
        Assert.Equal(0, pair.Sender.Collect());
        Assert.Equal(8, lease.Span[0]);

        lease.Release();

        // The second block was never received; it comes back all the same.
        _ = await pair.Sender.Ended.Within();
        pair.Heap.BindToCurrentThread();
        Assert.Equal(2, pair.Sender.Collect());
        Assert.Equal(0, pair.Heap.CountLive());
        IoVector vector = pair.Allocate();
        Assert.Throws<SharedChannelClosedException>(() => pair.Sender.TrySend(ref vector));
        Assert.True(vector.HasReference);
        vector.Release();
    }

    [Fact]
    public async Task Complete_BlocksUnderWay_AreReceivedBeforeTheEnd()
    {
        using var pair = new HandOverPair();
        pair.Send();
        pair.Sender.Complete();

        pair.Receive().Release();

        Assert.False(await pair.Receiver.WaitToReceiveAsync().Within());
        Assert.Throws<SharedChannelClosedException>(() => pair.Receiver.Receive());
        Assert.Equal(1, pair.Sender.Collect());
    }

    [Fact]
    public void WritableSpan_ForReadingOnly_Throws()
    {
        using var pair = new HandOverPair();
        pair.Send();
        SharedVectorLease lease = pair.Receive();

        Assert.Throws<InvalidOperationException>(() => lease.WritableSpan.Length);
        lease.Release();
    }

    [Fact]
    public void WritableSpan_ForWriting_IsSeenByTheSender()
    {
        using var pair = new HandOverPair(receiving: new() { CanWrite = true });
        IoVector vector = pair.Allocate();
        IoVector mine = vector.Clone();
        Assert.True(pair.Sender.TrySend(ref vector));
        SharedVectorLease lease = pair.Receive();

        lease.WritableSpan.Fill(4);

        Assert.Equal(-1, mine.Span.IndexOfAnyExcept((byte)4));
        lease.Release();
        mine.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForReturns_BlockComesBack_Continues(bool isAsync)
    {
        using var pair = new HandOverPair();
        Assert.Equal(0, pair.Sender.WaitForReturns());
        pair.Send();
        SharedVectorLease lease = pair.Receive();
        Task<int> wait = Task.Run(async () => isAsync
            ? await pair.Sender.WaitForReturnsAsync()
            : pair.Sender.WaitForReturns());

        lease.Release();

        Assert.Equal(1, await wait.Within());
    }

    [Fact]
    public async Task WaitForReturns_ReceiverLeaves_Continues()
    {
        using var pair = new HandOverPair();
        pair.Send();
        Task<int> wait = Task.Run(() => pair.Sender.WaitForReturns());

        pair.Receiver.Dispose();

        Assert.Equal(1, await wait.Within());
        Assert.Equal(0, pair.Heap.CountLive());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_BlockComesLater_Continues(bool isAsync)
    {
        using var pair = new HandOverPair();
        Task<SharedVectorLease> wait = Task.Run(async () => isAsync
            ? await pair.Receiver.ReceiveAsync()
            : pair.Receiver.Receive());

        pair.Send(fill: 1);

        SharedVectorLease lease = await wait.Within();
        Assert.Equal(1, lease.Span[0]);
        lease.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_537)]
    public void Create_InFlightMaxOutOfRange_Throws(int inFlightMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HandOverPair(new() { InFlightMax = inFlightMax }));
}
