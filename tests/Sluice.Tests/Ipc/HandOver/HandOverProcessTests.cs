using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;
using Sluice.Testing.Connections;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>Blocks between two processes, of which one may die.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverProcessTests
{
    [Fact]
    public async Task Send_ManyBlocksOfAllSizes_ArriveWholeAndComeBack()
    {
        const long Count = 20_000;
        using PeerProcess peer = await PeerProcess.StartAsync(
            HandOverPeer.Check, SocketType.Seqpacket);
        using IoHeap heap = Heap(limitBytes: 8 << 20);
        using var sender = SharedVectorSender.Create(peer.Channel, new() { InFlightMax = 64 });
        var random = new Random(1);
        for (long number = 0; number < Count; number++)
        {
            int length = 1 << random.Next(4, number % 100 == 0 ? 20 : 12);
            IoVector vector = Allocate(heap, sender, length);
            HandOverPeer.Fill(vector.Span, number);
            while (!sender.TrySend(ref vector, (ulong)number))
                Assert.NotEqual(0, sender.WaitForReturns());
        }

        sender.Complete();
        var reply = new byte[sizeof(long)];
        using DescriptorMessage message = peer.Channel.Receive(reply);
        Assert.Equal(sizeof(long), message.Length);
        Assert.Equal(Count, BitConverter.ToInt64(reply));
        await peer.FinishAsync();
        while (sender.InFlightCount != 0)
            _ = sender.WaitForReturns();
        Assert.Equal(0, heap.CountLive());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [Trait("pitfall", "47")]
    public async Task Send_ReceiverIsKilled_AllBlocksComeHome(int count)
    {
        using PeerProcess peer = await PeerProcess.StartAsync(
            HandOverPeer.Hold, SocketType.Seqpacket);
        using IoHeap heap = Heap();
        using var sender = SharedVectorSender.Create(peer.Channel, new() { InFlightMax = 200 });
        for (int i = 0; i < count; i++)
        {
            IoVector vector = heap.Allocate(10_000, IoVectorSharing.Shared);
            Assert.True(sender.TrySend(ref vector, tag: 1));
        }

        // It has seen half of them when it dies; of those it holds two thirds.
        for (int i = 0; i < (count + 1) / 2; i++)
            peer.Channel.Receive(new byte[1]).Dispose();
        Task kill = peer.KillAsync();
        SharedChannelEnd end = await sender.Ended.Within();
        heap.BindToCurrentThread();
        _ = sender.Collect();

        Assert.Equal(SharedChannelEnd.Died, end);
        Assert.Equal(0, heap.CountLive());
        Assert.Equal(0, sender.InFlightCount);
        IoVector late = heap.Allocate(1, IoVectorSharing.Shared);
        Assert.Throws<SharedChannelClosedException>(() => sender.TrySend(ref late));
        late.Release();
        await kill;
    }

    [Fact]
    [Trait("pitfall", "47")]
    public async Task WaitForReturns_ReceiverIsKilled_ReturnsAll()
    {
        using PeerProcess peer = await PeerProcess.StartAsync(
            HandOverPeer.Hold, SocketType.Seqpacket);
        using IoHeap heap = Heap();
        using var sender = SharedVectorSender.Create(peer.Channel);
        IoVector first = heap.Allocate(1, IoVectorSharing.Shared);
        IoVector second = heap.Allocate(1, IoVectorSharing.Shared);
        Assert.True(sender.TrySend(ref first, tag: 1));
        Assert.True(sender.TrySend(ref second, tag: 1));

        // It gives the first one back, and holds the second.
        peer.Channel.Receive(new byte[1]).Dispose();
        peer.Channel.Receive(new byte[1]).Dispose();
        Assert.Equal(1, sender.WaitForReturns());
        Task<int> wait = Task.Run(() => sender.WaitForReturns());
        await peer.KillAsync();

        Assert.Equal(1, await wait.Within());
        Assert.Equal(0, heap.CountLive());
    }

    [Fact]
    [Trait("pitfall", "47")]
    public async Task Send_ReceiversAreKilledWhileBlocksAreSent_NothingIsLost()
    {
        const int Receivers = 12;
        using IoHeap heap = Heap(limitBytes: 16 << 20);
        for (int round = 0; round < Receivers; round++)
        {
            using PeerProcess peer = await PeerProcess.StartAsync(
                HandOverPeer.Check, SocketType.Seqpacket);
            heap.BindToCurrentThread();
            using var sender = SharedVectorSender.Create(
                peer.Channel, new() { InFlightMax = 32 });
            Task? kill = null;
            for (long number = 0; sender.End == SharedChannelEnd.None; number++)
            {
                if (number == 100 * round)
                    kill = peer.KillAsync();
                IoVector vector = heap.Allocate(4096, IoVectorSharing.Shared);
                HandOverPeer.Fill(vector.Span, number);
                SendOrRelease(sender, ref vector, (ulong)number);
            }

            _ = sender.Collect();
            Assert.Equal(0, heap.CountLive());
            await kill!;
        }
    }

    [Fact]
    [Trait("pitfall", "47")]
    public async Task Receive_SenderIsKilled_WhatWasSentStaysReadable()
    {
        using PeerProcess peer = await PeerProcess.StartAsync(
            HandOverPeer.Send, SocketType.Seqpacket);
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(peer.Channel);
        peer.Channel.Receive(new byte[1]).Dispose();
        SharedVectorLease first = receiver.Receive();
        await peer.KillAsync();

        // The first one's slab is mapped; the others' objects are still under way.
        Assert.True(HandOverPeer.Is(first.Span, 0));
        first.Release();
        for (long number = 1; number < HandOverPeer.BlocksOfSend; number++)
        {
            SharedVectorLease lease = receiver.Receive();
            Assert.True(HandOverPeer.Is(lease.Span, number));
            lease.Release();
        }

        Assert.False(receiver.WaitToReceive());
        Assert.Equal(SharedChannelEnd.Died, receiver.End);
    }

    private static void SendOrRelease(SharedVectorSender sender, ref IoVector vector, ulong tag)
    {
        try
        {
            while (!sender.TrySend(ref vector, tag))
                _ = sender.WaitForReturns();
        }
        catch (SharedChannelClosedException)
        {
            vector.Release();
        }
    }

    private static IoVector Allocate(IoHeap heap, SharedVectorSender sender, int length)
    {
        IoVector vector;
        while (!heap.TryAllocate(length, out vector, IoVectorSharing.Shared))
            Assert.NotEqual(0, sender.WaitForReturns());
        return vector;
    }

    private static IoHeap Heap(long limitBytes = 0) => new(new IoHeapOptions
    {
        SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
        LimitBytes = limitBytes,
    });
}
