using System.Buffers.Binary;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.HandOver;

/// <summary>The other process of <see cref="HandOverProcessTests"/>.</summary>
[SupportedOSPlatform("linux")]
internal static class HandOverPeer
{
    /// <summary>Receives and checks blocks, and releases them, until the sender ends.</summary>
    public const string Check = "hand-over-check";

    /// <summary>Receives blocks, holds some of them, and says how many it has seen.</summary>
    public const string Hold = "hand-over-hold";

    /// <summary>Sends blocks until all are out, and says so.</summary>
    public const string Send = "hand-over-send";

    public const int BlocksOfSend = 16;

    /// <summary>What stands in a block: its number, in every eighth byte.</summary>
    public static void Fill(Span<byte> block, long number)
    {
        for (; block.Length >= sizeof(long); block = block[sizeof(long)..])
            BinaryPrimitives.WriteInt64LittleEndian(block, number);
    }

    /// <summary>Whether that is what stands in it.</summary>
    public static bool Is(ReadOnlySpan<byte> block, long number)
    {
        for (; block.Length >= sizeof(long); block = block[sizeof(long)..])
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(block) != number)
                return false;
        }

        return true;
    }

    public static Task RunAsync(string scenario, DescriptorChannel channel)
    {
        switch (scenario)
        {
            case Check:
                RunCheck(channel);
                break;
            case Hold:
                RunHold(channel);
                break;
            default:
                RunSend(channel);
                break;
        }

        return Task.CompletedTask;
    }

    private static void RunCheck(DescriptorChannel channel)
    {
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(channel);
        long count = 0;
        while (receiver.WaitToReceive())
        {
            while (receiver.TryReceive(out SharedVectorLease lease))
            {
                if ((long)lease.Tag != count || !Is(lease.Span, count))
                    throw new InvalidDataException($"Block {count} is not as it was sent.");
                lease.Release();
                count++;
            }
        }

        if (receiver.End != SharedChannelEnd.Completed)
            throw new InvalidDataException($"The sender's end is {receiver.End}.");
        channel.Send(BitConverter.GetBytes(count));
    }

    private static void RunHold(DescriptorChannel channel)
    {
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(channel);
        var held = new List<SharedVectorLease>();
        for (long count = 0; ; count++)
        {
            SharedVectorLease lease = receiver.Receive();
            if (count % 3 == 0)
                lease.Release();
            else
                held.Add(lease);
            if (lease.Tag != 0 || held.Count > 0)
                channel.Send(new byte[1]);
        }
    }

    private static void RunSend(DescriptorChannel channel)
    {
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
        });
        using SharedVectorSender sender = SharedVectorSender.Create(
            channel, new() { InFlightMax = BlocksOfSend });
        for (long number = 0; number < BlocksOfSend; number++)
        {
            IoVector vector = heap.Allocate(1 << 20, IoVectorSharing.Shared);
            Fill(vector.Span, number);
            if (!sender.TrySend(ref vector, (ulong)number))
                throw new InvalidOperationException("It does not fit.");
        }

        channel.Send(new byte[1]);
        _ = sender.WaitForReturns();
    }
}
