using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Docs.Tests;

/// <summary>
/// The programs of docs/shared-memory.md. Each region stands there word for word.
/// </summary>
public sealed class SharedMemoryGuide
{
    [Fact]
    public void Create()
    {
        #region docs: create
        using var memory = SharedMemory.Create(1 << 20);
        using SharedMemoryMap map = memory.Map();

        map.Buffer.WriteInt32(42);              // every map of the object sees it
        SafeFileHandle descriptor = memory.Handle;   // to be handed to another process
        #endregion

        Assert.False(descriptor.IsInvalid);
        using SharedMemoryMap other = memory.Map();
        Assert.Equal(42, other.Buffer.ReadInt32());
    }

    [Fact]
    public void With()
    {
        #region docs: with
        long size = SharedMemory.With(4096, memory =>
        {
            using SharedMemoryMap map = memory.Map();
            map.Buffer.WriteBytes("scratch"u8);
            return memory.Size;
        }); // The object is closed here, whatever happened.
        #endregion

        Assert.Equal(4096, size);
    }

    [Fact]
    public void Large()
    {
        #region docs: large
        using var memory = SharedMemory.Create(5L << 30);   // takes space when it is touched
        using SharedMemoryMap map = memory.Map();

        using NativeBuffer window = map.Buffer.Window(4L << 30, 4096);
        window.WriteInt64(1);
        Memory<byte> bytes = map.GetMemory(offset: 4L << 30, length: 8);
        #endregion

        Assert.Equal(1, bytes.Span[7]);
    }

    [Fact]
    public void Zone()
    {
        #region docs: zone
        using PlatformBuffer buffer = PlatformBuffer.Allocate(4096, AllocationZone.SharedMemory);
        SharedMemory memory = ((NativeBuffer)buffer).SharedMemory!;
        #endregion

        Assert.Equal(4096, memory.Size);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Pass()
    {
        (DescriptorChannel toConsumer, DescriptorChannel toProducer) =
            DescriptorChannel.CreatePair(SocketType.Seqpacket);
        using DescriptorChannel first = toConsumer;
        using DescriptorChannel second = toProducer;

        #region docs: produce
        using var memory = SharedMemory.Create(
            4096, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        memory.Seal(SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.Seal);
        using SharedMemoryMap map = memory.Map();
        map.Buffer.WriteInt32(42);

        toConsumer.Send("here is the table"u8.ToArray(), memory.Handle);
        #endregion

        #region docs: consume
        var text = new byte[64];
        using DescriptorMessage message = toProducer.Receive(text, descriptorsMax: 1);

        // Refused, with the reason, unless it is a file of this size that can never shrink.
        using SharedMemory table = message.TakeSharedMemory(
            0, new SharedMemoryRequirements { SizeMin = 4096, SizeMax = 1 << 20 });
        using SharedMemoryMap view = table.Map(access: SharedMemoryAccess.Read);
        ReadOnlyMemory<byte> bytes = view.GetReadOnlyMemory(0, 4);
        #endregion

        Assert.Equal([0, 0, 0, 42], bytes.ToArray());
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Peer()
    {
        (DescriptorChannel first, DescriptorChannel second) = DescriptorChannel.CreatePair();
        using DescriptorChannel channel = first;
        using DescriptorChannel far = second;

        #region docs: peer
        PeerCredentials peer = channel.PeerCredentials;         // told by the kernel
        using SafeFileHandle process = channel.OpenPeerProcess();    // readable when it has ended
        #endregion

        Assert.Equal(Environment.ProcessId, peer.ProcessId);
        Assert.False(process.IsInvalid);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void ReadOnlyConsumers()
    {
        #region docs: future-write
        using var memory = SharedMemory.Create(
            4096, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        using SharedMemoryMap writer = memory.Map();

        // From here on nobody gets a writable map any more, however the descriptor is opened;
        // the one that there is goes on.
        memory.Seal(SharedMemorySeals.FutureWrite | SharedMemorySeals.Shrink);
        #endregion

        Assert.Throws<SharedMemoryException>(() => memory.Map());
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Channel()
    {
        (DescriptorChannel first, DescriptorChannel second) = DescriptorChannel.CreatePair();
        using DescriptorChannel toConsumer = first;
        using DescriptorChannel toProducer = second;

        #region docs: channel-write
        using SharedChannelWriter writer = SharedChannel.CreateWriter();
        SharedChannelPeer consumer = writer.ShareReader(toConsumer);

        writer.Write("copied into the ring"u8);
        if (writer.TryClaim(1000, out Span<byte> room))
        {
            "filled in place"u8.CopyTo(room);
            writer.Commit("filled in place".Length);   // now it is a message, and this long
        }

        writer.Complete();
        #endregion

        #region docs: channel-read
        using SharedChannelReader reader = SharedChannel.AttachReader(toProducer);
        var lines = new List<string>();
        while (reader.WaitToRead())
        {
            while (reader.TryRead(out ReadOnlySpan<byte> message))
                lines.Add(Encoding.UTF8.GetString(message));   // read where it lies
            reader.Advance();                                  // and given back, all of them
        }
        #endregion

        Assert.Equal(["copied into the ring", "filled in place"], lines);
        Assert.Equal(SharedChannelEnd.Completed, reader.End);
        Assert.Equal(SharedChannelEnd.None, consumer.End);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void ManyProducers()
    {
        (DescriptorChannel first, DescriptorChannel second) = DescriptorChannel.CreatePair();
        using DescriptorChannel toProducer = first;
        using DescriptorChannel toConsumer = second;

        #region docs: channel-lanes
        using SharedChannelReader reader = SharedChannel.CreateReader(
            new SharedChannelOptions { LaneCount = 8, KeepOpen = true });
        SharedChannelPeer producer = reader.ShareWriter(toProducer);   // for each of them
        #endregion

        using SharedChannelWriter writer = SharedChannel.AttachWriter(toConsumer);
        writer.Write("x"u8);
        Assert.Equal(1, reader.Read().Length);
        Assert.Equal(SharedChannelEnd.None, producer.End);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void HandOver()
    {
        (DescriptorChannel first, DescriptorChannel second) = DescriptorChannel.CreatePair();
        using DescriptorChannel toConsumer = first;
        using DescriptorChannel toProducer = second;

        #region docs: hand-over-send
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
        });
        using SharedVectorSender sender = SharedVectorSender.Create(toConsumer);

        IoVector block = heap.Allocate(1 << 20, IoVectorSharing.Shared);
        block.Span.Fill(7);
        if (!sender.TrySend(ref block, tag: 42))     // the block is the sender's now
            sender.WaitForReturns();                 // too many are out: try again
        #endregion

        #region docs: hand-over-receive
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(toProducer);
        SharedVectorLease lease = receiver.Receive();
        int sevens = lease.Span.Count((byte)7);      // where the producer wrote them
        lease.Release();                             // and they are the producer's again
        #endregion

        #region docs: hand-over-collect
        int count = sender.Collect();                // what came back is the heap's again
        #endregion

        Assert.Equal(1 << 20, sevens);
        Assert.Equal(1, count);
        Assert.Equal(0, heap.CountLive());
    }
}
