using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>
/// The process that is killed: the writer of one channel and the reader of another. It keeps
/// account of what it has done, in memory that outlives it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class KillPeer
{
    public const string Scenario = "channel-kill";
    public const int BatchLength = 5;

    public static Task RunAsync(DescriptorChannel channel, string[] arguments)
    {
        var step = Enum.Parse<KillStep>(arguments[0]);
        using DescriptorMessage message = channel.Receive(new byte[1], 1);
        using SharedMemory memory = message.TakeSharedMemory(0);
        using SharedMemoryMap map = memory.Map();
        var ledger = (long*)map.NativeAddress;
        using SharedChannelWriter writer = SharedChannel.AttachWriter(channel);
        using SharedChannelReader reader = SharedChannel.AttachReader(channel);
        var writing = new Thread(() => Write(writer, step, ref ledger[0], channel));
        writing.Start();
        Read(reader, step, ref ledger[1], channel);
        Thread.Sleep(Timeout.Infinite);
        return Task.CompletedTask;
    }

    private static void Write(
        SharedChannelWriter writer, KillStep step, ref long committed, DescriptorChannel channel)
    {
        const int Messages = 20;

        if (step == KillStep.Anywhere)
            Ready(channel);
        for (long number = 0; step == KillStep.Anywhere || number < Messages; number++)
        {
            Span<byte> room;
            int length = KillMessage.LengthOf(number);
            while (!writer.TryClaim(length, out room))
                writer.WaitToWrite(length);
            KillMessage.Fill(room, number);
            writer.Commit(length);
            Volatile.Write(ref committed, number + 1);
        }

        Stop(writer, step, Messages, ref committed, channel);
    }

    private static void Stop(
        SharedChannelWriter writer,
        KillStep step,
        long number,
        ref long committed,
        DescriptorChannel channel)
    {
        Span<byte> room = default;
        int length = KillMessage.LengthOf(number);
        if (step is KillStep.InBatch or KillStep.BatchPublished)
            number = WriteBatch(writer, number);
        if (step == KillStep.BatchPublished)
        {
            writer.PublishBatch();
            Volatile.Write(ref committed, number);
        }

        if (step is > KillStep.Before and < KillStep.BatchPublished)
            Assert.True(writer.TryClaim(length, out room));
        if (step is KillStep.HalfFilled)
            room[..(length / 2)].Fill(0xEE);
        if (step is KillStep.Filled or KillStep.Committed)
            KillMessage.Fill(room, number);
        if (step is KillStep.Committed)
        {
            writer.Commit(length);
            Volatile.Write(ref committed, number + 1);
        }

        if (step == KillStep.Waiting)
        {
            for (; writer.TryClaim(KillMessage.LengthOf(number), out room); number++)
            {
                KillMessage.Fill(room, number);
                writer.Commit(room.Length);
                Volatile.Write(ref committed, number + 1);
            }

            Ready(channel);
            writer.WaitToWrite(KillMessage.LengthMax);
        }

        Ready(channel);
    }

    private static long WriteBatch(SharedChannelWriter writer, long number)
    {
        writer.BeginBatch();
        for (int i = 0; i < BatchLength; i++)
        {
            Assert.True(writer.TryClaim(KillMessage.LengthOf(number), out Span<byte> room));
            KillMessage.Fill(room, number++);
            writer.Commit(room.Length);
        }

        return number;
    }

    private static void Read(
        SharedChannelReader reader, KillStep step, ref long advanced, DescriptorChannel channel)
    {
        const int Messages = 10;

        long number = 0;
        for (; step == KillStep.Anywhere || number < Messages; number++)
        {
            KillMessage.Check(reader.Read(), number);
            reader.Advance();
            Volatile.Write(ref advanced, number + 1);
        }

        if (step is > KillStep.Before and < KillStep.Waiting)
            KillMessage.Check(reader.Read(), number);
        if (step is KillStep.HalfFilled or KillStep.Filled)
            KillMessage.Check(reader.Read(), number + 1);
        if (step is KillStep.Committed)
        {
            reader.Advance();
            Volatile.Write(ref advanced, number + 1);
        }

        if (step == KillStep.Waiting)
        {
            while (reader.TryRead(out ReadOnlySpan<byte> message))
                KillMessage.Check(message, number++);
            reader.Advance();
            Volatile.Write(ref advanced, number);
            Ready(channel);
            _ = reader.WaitToRead();
        }

        Ready(channel);
    }

    private static void Ready(DescriptorChannel channel)
    {
        lock (channel)
            channel.Send(new byte[1]);
    }
}
