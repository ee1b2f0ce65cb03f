using System.Runtime.CompilerServices;
using Sluice.Ipc;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Channels.Bench;

/// <summary>
/// Blocks that are allocated, handed over, looked at, and released: nanoseconds for each. The
/// sender writes the first eight bytes and the receiver checks them; nobody copies the rest.
/// </summary>
internal sealed class HandOver : Contender, IDisposable
{
    private IoHeap? _heap;
    private SharedVectorSender? _sender;
    private SharedVectorReceiver? _receiver;
    private int _size;
    private ulong _next;

    public void Dispose()
    {
        _sender?.Dispose();
        _receiver?.Dispose();
        _heap?.Dispose();
    }

    protected override IDisposable Connect(DescriptorChannel channel, int size)
    {
        const int InFlightMax = 32;

        _size = size;
        _heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
        });
        _sender = SharedVectorSender.Create(
            channel, new SharedVectorSenderOptions { InFlightMax = InFlightMax });
        return this;
    }

    protected override IDisposable Join(DescriptorChannel channel, int size)
    {
        _size = size;
        _receiver = SharedVectorReceiver.Attach(channel);
        return this;
    }

    protected override void Run(long count)
    {
        for (; count > 0; count -= Chunk)
            SendChunk();
    }

    protected override void Answer(long count)
    {
        for (; count > 0; count -= Chunk)
            ReceiveChunk();
    }

    protected override double Figure(double nanoseconds) => nanoseconds;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendChunk()
    {
        IoHeap heap = _heap!;
        SharedVectorSender sender = _sender!;
        for (int i = 0; i < Chunk; i++)
        {
            IoVector vector = heap.Allocate(_size, IoVectorSharing.Shared);
            BitConverter.TryWriteBytes(vector.Span, _next++);
            while (!sender.TrySend(ref vector))
            {
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReceiveChunk()
    {
        SharedVectorReceiver receiver = _receiver!;
        for (int i = 0; i < Chunk; i++)
        {
            SharedVectorLease lease;
            while (!receiver.TryReceive(out lease))
            {
            }

            if (lease.Length != _size || BitConverter.ToUInt64(lease.Span) != _next++)
                throw new InvalidDataException("Another block was expected.");
            lease.Release();
        }
    }
}
