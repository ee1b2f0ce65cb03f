using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Memory;
using Sluice.Testing.Connections;
using Sluice.Tests.Processes;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>
/// SIGKILL of a peer at every step; each kill ends the producer of one channel and the consumer of
/// another. 100 times; <c>SLUICE_KILLS</c> sets another number, 1,000 in CI.
/// </summary>
[Collection(nameof(AloneCollection))]
[SupportedOSPlatform("linux")]
public sealed class KillTests
{
    private const int KillsByDefault = 100;
    private const int KillsAtATime = 3;
    private const int SentBefore = 15;

    private static readonly TimeSpan NoticeMax = TimeSpan.FromMilliseconds(100);

    [Fact]
    [Trait("pitfall", "47")]
    public async Task Kill_AtEveryStep_LosesNothingAndIsNoticedAtOnce()
    {
        string? wish = Environment.GetEnvironmentVariable("SLUICE_KILLS");
        int kills = wish is null ? KillsByDefault : int.Parse(wish);
        KillStep[] steps = Enum.GetValues<KillStep>();
        var notices = new TimeSpan[kills];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, kills),
            new ParallelOptions { MaxDegreeOfParallelism = KillsAtATime },
            async (i, _) =>
            {
                // Every second one anywhere, the others by turns at each step.
                KillStep step = i % 2 == 0
                    ? KillStep.Anywhere
                    : steps[1 + (i / 2 % (steps.Length - 1))];
                notices[i] = await KillAsync(step, seed: i);
            });

        // The median: what a busy machine does to single ones is not the channel's.
        Array.Sort(notices);
        Assert.InRange(notices[kills / 2], TimeSpan.Zero, NoticeMax);
        TestContext.Current.SendDiagnosticMessage(
            "Noticed after {0} (median), {1} (worst).", notices[kills / 2], notices[^1]);
    }

    private static async Task<TimeSpan> KillAsync(KillStep step, int seed)
    {
        var options = new SharedChannelOptions { Capacity = 16384 };
        using SharedChannelReader reader = SharedChannel.CreateReader(options);
        using SharedChannelWriter writer = SharedChannel.CreateWriter(options);
        using SharedMemory ledger = SharedMemory.Create(
            16, new SharedMemoryOptions { Backend = SharedMemoryBackend.Memfd });
        ledger.Seal(SharedMemorySeals.Shrink);
        using SharedMemoryMap map = ledger.Map();
        long sent = 0;
        while (sent < SentBefore)
            Assert.True(TrySend(writer, ref sent));

        using PeerProcess peer = await PeerProcess.StartAsync(
            KillPeer.Scenario, SocketType.Seqpacket, step.ToString());
        peer.Channel.Send(new byte[1], ledger.Handle);
        SharedChannelPeer producer = reader.ShareWriter(peer.Channel);
        SharedChannelPeer consumer = writer.ShareReader(peer.Channel);
        long received = 0;
        if (step == KillStep.Anywhere)
        {
            sent = await Task.Run(() => Exchange(reader, writer, seed, ref received, sent));
        }
        else
        {
            for (int i = 0; i < 2; i++)
                Assert.Equal(1, await Task.Run(() => Receive(peer.Channel)).Within());
        }

        Task<bool> wait = Task.Run(() => WaitForTheEnd(reader, ref received));
        long killed = Stopwatch.GetTimestamp();
        peer.Kill();
        SharedChannelEnd[] ends =
            await Task.WhenAll(producer.Ended, consumer.Ended).Within();
        TimeSpan notice = Stopwatch.GetElapsedTime(killed);
        Assert.Equal([SharedChannelEnd.Died, SharedChannelEnd.Died], ends);
        Assert.False(await wait.Within());
        Check(reader, writer, map, received, sent);
        return notice;
    }

    private static int Receive(DescriptorChannel channel)
    {
        using DescriptorMessage message = channel.Receive(new byte[1]);
        return message.Length;
    }

    private static bool TrySend(SharedChannelWriter writer, ref long number)
    {
        if (!writer.TryClaim(KillMessage.LengthOf(number), out Span<byte> room))
            return false;
        KillMessage.Fill(room, number);
        writer.Commit(room.Length);
        number++;
        return true;
    }

    // Reads and writes until the peer is in the midst of both.
    private static long Exchange(
        SharedChannelReader reader,
        SharedChannelWriter writer,
        int seed,
        ref long received,
        long sent)
    {
        int count = new Random(seed).Next(1, 2000);
        while (received < count && reader.WaitToRead())
        {
            while (received < count && reader.TryRead(out ReadOnlySpan<byte> message))
            {
                KillMessage.Check(message, received++);
                _ = TrySend(writer, ref sent);
            }

            reader.Advance();
        }

        return sent;
    }

    private static bool WaitForTheEnd(SharedChannelReader reader, ref long received)
    {
        while (reader.WaitToRead())
        {
            while (reader.TryRead(out ReadOnlySpan<byte> message))
                KillMessage.Check(message, received++);
            reader.Advance();
        }

        return false;
    }

    private static unsafe void Check(
        SharedChannelReader reader,
        SharedChannelWriter writer,
        SharedMemoryMap map,
        long received,
        long sent)
    {
        var ledger = (long*)map.NativeAddress;

        // One more may be committed than was accounted for, when the kill came in between.
        Assert.InRange(received, ledger[0], ledger[0] + 1);
        Assert.Throws<SharedChannelClosedException>(() => FillUp(writer, sent));
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        using (near)
        using (far)
        {
            _ = reader.ShareWriter(near);
            using SharedChannelWriter nextWriter = SharedChannel.AttachWriter(far);
            long number = received;
            Assert.True(TrySend(nextWriter, ref number));
            KillMessage.Check(reader.Read(), received);

            _ = writer.ShareReader(near);
            using SharedChannelReader nextReader = SharedChannel.AttachReader(far);
            writer.Complete();
            long first = -1;
            while (nextReader.TryRead(out ReadOnlySpan<byte> message))
            {
                if (first < 0)
                    number = first = BitConverter.ToInt64(message);
                KillMessage.Check(message, number++);
            }

            // The call that found out may have written one more.
            Assert.True(first >= 0 || ledger[1] == sent);
            if (first < 0)
                return;
            Assert.InRange(first, ledger[1], ledger[1] + 1);
            Assert.InRange(number, sent, sent + 1);
        }
    }

    private static void FillUp(SharedChannelWriter writer, long number)
    {
        while (true)
        {
            if (!TrySend(writer, ref number))
                writer.WaitToWrite(KillMessage.LengthMax);
        }
    }
}
