using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace SharedMemorySample;

/// <summary>Fills memory that the consumer reads.</summary>
internal static class Producer
{
    private const int MessageCount = 1_000_000;
    private const int BlockCount = 1_000;
    private const int BlockLength = 1 << 20;

    public static void Run(DescriptorChannel channel)
    {
        SendTable(channel);
        SendMessages(channel);
        SendBlocks(channel);
    }

    // A memory object: its descriptor goes to the consumer, which maps it.
    private static void SendTable(DescriptorChannel channel)
    {
        using SharedMemory table = SharedMemory.Create(
            4096, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        using SharedMemoryMap map = table.Map();
        for (int square = 0; square < 100; square++)
            map.Buffer.WriteInt32(square * square);

        // Nobody can make it smaller from here on, or get a map to write to.
        table.Seal(
            SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.FutureWrite);
        channel.Send("squares"u8.ToArray(), table.Handle);
    }

    // Small messages: copied into a ring, and read where they lie.
    private static void SendMessages(DescriptorChannel channel)
    {
        using SharedChannelWriter writer = SharedChannel.CreateWriter();
        SharedChannelPeer consumer = writer.ShareReader(channel);
        for (int number = 0; number < MessageCount; number++)
            writer.Write(BitConverter.GetBytes(number));
        writer.Complete();
        Console.WriteLine($"Wrote {MessageCount} messages; the consumer {Wait(consumer.Ended)}.");
    }

    // Large ones: handed over, not copied, and used again when they come back.
    private static void SendBlocks(DescriptorChannel channel)
    {
        using var heap = new IoHeap(new IoHeapOptions
        {
            SharedMemory = new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd },
            LimitBytes = 16 * BlockLength,
        });
        using SharedVectorSender sender = SharedVectorSender.Create(channel);
        for (int number = 0; number < BlockCount; number++)
        {
            IoVector block;
            while (!heap.TryAllocate(BlockLength, out block, IoVectorSharing.Shared))
                _ = sender.WaitForReturns();
            block.Span.Fill((byte)number);
            while (!sender.TrySend(ref block, tag: (ulong)number))
                _ = sender.WaitForReturns();
        }

        sender.Complete();
        Console.WriteLine($"Handed {BlockCount} blocks over; the consumer {Wait(sender.Ended)}.");
        _ = sender.Collect();
        Console.WriteLine($"{sender.InFlightCount} blocks are out.");
    }

    private static string Wait(Task<SharedChannelEnd> ended) =>
        ended.GetAwaiter().GetResult() == SharedChannelEnd.Completed ? "has finished" : "died";
}
