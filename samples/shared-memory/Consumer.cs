using System.Buffers.Binary;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Ipc.HandOver;
using Sluice.Memory;

namespace SharedMemorySample;

/// <summary>Reads what the producer has filled.</summary>
internal static class Consumer
{
    public static void Run(DescriptorChannel channel)
    {
        ReceiveTable(channel);
        ReceiveMessages(channel);
        ReceiveBlocks(channel);
    }

    private static void ReceiveTable(DescriptorChannel channel)
    {
        var name = new byte[16];
        using DescriptorMessage message = channel.Receive(name, descriptorsMax: 1);

        // Refused unless it is a file of that size which cannot shrink.
        using SharedMemory table = message.TakeSharedMemory(
            0, new SharedMemoryRequirements { SizeMin = 400 });
        using SharedMemoryMap map = table.Map(access: SharedMemoryAccess.Read);
        ReadOnlyMemory<byte> nine = map.GetReadOnlyMemory(9 * sizeof(int), sizeof(int));
        Console.WriteLine($"9 squared is {BinaryPrimitives.ReadInt32BigEndian(nine.Span)}.");
    }

    private static void ReceiveMessages(DescriptorChannel channel)
    {
        using SharedChannelReader reader = SharedChannel.AttachReader(channel);
        long sum = 0;
        while (reader.WaitToRead())
        {
            while (reader.TryRead(out ReadOnlySpan<byte> message))
                sum += BitConverter.ToInt32(message);
            reader.Advance();
        }

        Console.WriteLine($"The sum of the messages is {sum} ({reader.End}).");
    }

    private static void ReceiveBlocks(DescriptorChannel channel)
    {
        using SharedVectorReceiver receiver = SharedVectorReceiver.Attach(channel);
        long bytes = 0;
        while (receiver.WaitToReceive())
        {
            while (receiver.TryReceive(out SharedVectorLease block))
            {
                if (block.Span.ContainsAnyExcept((byte)block.Tag))
                    throw new InvalidDataException($"Block {block.Tag} is not as it was.");
                bytes += block.Length;
                block.Release();
            }
        }

        Console.WriteLine($"{bytes} bytes of blocks were read in place ({receiver.End}).");
    }
}
