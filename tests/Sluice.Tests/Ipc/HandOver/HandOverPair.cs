using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>A heap of shared slabs, a sender and a receiver, all in this process.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HandOverPair : IDisposable
{
    public HandOverPair(
        SharedVectorSenderOptions? sending = null,
        SharedVectorReceiverOptions? receiving = null,
        IoHeapOptions? heap = null)
    {
        heap ??= new IoHeapOptions();
        heap.SharedMemory ??= new SharedMemoryOptions
        {
            Backend = SharedMemoryBackend.Memfd,
            Name = "handover",
        };
        Heap = new IoHeap(heap);
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        {
            Sender = SharedVectorSender.Create(near, sending);
            Receiver = SharedVectorReceiver.Attach(far, receiving);
        }
    }

    public IoHeap Heap { get; }

    public SharedVectorSender Sender { get; }

    public SharedVectorReceiver Receiver { get; }

    public IoVector Allocate(int length = 4096, byte fill = 0)
    {
        IoVector vector = Heap.Allocate(length, IoVectorSharing.Shared);
        vector.Span.Fill(fill);
        return vector;
    }

    public void Send(int length = 4096, byte fill = 0, ulong tag = 0)
    {
        IoVector vector = Allocate(length, fill);
        Assert.True(Sender.TrySend(ref vector, tag));
    }

    public SharedVectorLease Receive()
    {
        Assert.True(Receiver.TryReceive(out SharedVectorLease lease));
        return lease;
    }

    public void Dispose()
    {
        Receiver.Dispose();
        Sender.Dispose();
        Heap.Dispose();
    }
}
