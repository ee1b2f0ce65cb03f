using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>Many writers, and peers that go and come again.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedChannelLaneTests : IDisposable
{
    private readonly List<IDisposable> _open = [];
    private readonly DescriptorChannel _near;
    private readonly DescriptorChannel _far;

    public SharedChannelLaneTests()
    {
        (_near, _far) = DescriptorChannel.CreatePair();
        _open.AddRange([_near, _far]);
    }

    [Fact]
    public async Task Read_FourWritersAtOnce_KeepsTheOrderOfEach()
    {
        const int Writers = 4;
        const int Messages = 20_000;
        SharedChannelReader reader = Reader(Writers);
        Task[] tasks = [.. Enumerable.Range(0, Writers).Select(number =>
        {
            SharedChannelWriter writer = Join(reader, out _);
            return Task.Run(() =>
            {
                var message = new byte[12];
                BitConverter.TryWriteBytes(message, number);
                for (int i = 0; i < Messages; i++)
                {
                    BitConverter.TryWriteBytes(message.AsSpan(4), i);
                    writer.Write(message);
                }

                writer.Complete();
            });
        })];

        var next = new int[Writers];
        int sinceAdvance = 0;
        while (reader.WaitToRead())
        {
            while (reader.TryRead(out ReadOnlySpan<byte> message))
            {
                int writer = BitConverter.ToInt32(message);
                Assert.Equal(next[writer]++, BitConverter.ToInt32(message[4..]));
                if (++sinceAdvance % 7 == 0)
                    reader.Advance();
            }

            reader.Advance();
        }

        await Task.WhenAll(tasks).Within();
        Assert.All(next, count => Assert.Equal(Messages, count));
        Assert.Equal(SharedChannelEnd.Completed, reader.End);
    }

    [Fact]
    public void TryRead_OneWriterNeverStops_TheOtherIsHeard()
    {
        SharedChannelReader reader = Reader(2);
        SharedChannelWriter loud = Join(reader, out _);
        SharedChannelWriter quiet = Join(reader, out _);
        Assert.True(quiet.TryWrite([2]));
        for (int i = 0; i < 200; i++)
        {
            Assert.True(loud.TryWrite([1]));
            Assert.True(reader.TryRead(out ReadOnlySpan<byte> message));
            if (message[0] == 2)
                return;
            reader.Advance();
        }

        Assert.Fail("The quiet writer starved.");
    }

    [Fact]
    public void ShareWriter_AllLanesTaken_ThrowsAndLanesComeBack()
    {
        SharedChannelReader reader = Reader(2);
        SharedChannelWriter first = Join(reader, out SharedChannelPeer peer);
        _ = Join(reader, out _);
        Assert.Throws<InvalidOperationException>(() => reader.ShareWriter(_near));

        Assert.True(first.TryWrite([1]));
        first.Dispose();
        Assert.Equal(SharedChannelEnd.Died, Wait(peer));
        SharedChannelWriter next = Join(reader, out SharedChannelPeer nextPeer);

        Assert.Equal(peer.Lane, nextPeer.Lane);
        Assert.True(next.TryWrite([2]));
        Assert.Equal([1], reader.Read().ToArray());
        Assert.Equal([2], reader.Read().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [Trait("pitfall", "47")]
    public void ShareWriter_AfterADeath_GoesOnWithoutTheClaim(int unread)
    {
        SharedChannelReader reader = Reader(1);
        SharedChannelWriter writer = Join(reader, out SharedChannelPeer peer);
        for (int lap = 0; lap < 30; lap++)
        {
            for (int i = 0; i < unread; i++)
                Assert.True(writer.TryWrite([(byte)i, 0, 0, 0, 0]));
            Assert.True(writer.TryClaim(1000, out Span<byte> claim));
            claim.Fill(0xEE);
            writer.Dispose();
            Assert.Equal(SharedChannelEnd.Died, Wait(peer));

            writer = Join(reader, out peer);
            Assert.True(writer.TryWrite([200]));
            for (int i = 0; i < unread; i++)
                Assert.Equal((byte)i, reader.Read()[0]);
            Assert.Equal([200], reader.Read().ToArray());
            Assert.False(reader.TryRead(out _));
            reader.Advance();
        }
    }

    [Fact]
    [Trait("pitfall", "47")]
    public void ShareReader_AfterADeath_GoesOnAtWhatWasAdvanced()
    {
        SharedChannelWriter writer = SharedChannel.CreateWriter(
            new SharedChannelOptions { Capacity = 4096 });
        _open.Add(writer);
        for (byte i = 0; i < 10; i++)
            Assert.True(writer.TryWrite([i]));
        SharedChannelReader reader = Join(writer);
        for (int i = 0; i < 3; i++)
            _ = reader.Read();
        reader.Advance();
        _ = reader.Read();
        Assert.Throws<InvalidOperationException>(() => writer.ShareReader(_near));
        reader.Dispose();
        Assert.Throws<SharedChannelClosedException>(() =>
        {
            writer.Write([10]);
            writer.Write([11]);
        });

        reader = Join(writer);
        Assert.True(writer.TryWrite([20]));

        byte[] rest = [.. Enumerable.Range(0, 8).Select(_ => reader.Read()[0])];
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], rest[..7]);
        Assert.Contains(rest[7], (byte[])[10, 20]);
    }

    [Fact]
    public void ShareWriter_BySurvivorThatWasInvited_Works()
    {
        SharedChannelWriter writer = SharedChannel.CreateWriter();
        _open.Add(writer);
        SharedChannelReader reader = Join(writer);
        Assert.True(writer.TryWrite([1]));
        writer.Dispose();
        Assert.Equal([1], reader.Read().ToArray());
        Assert.False(reader.WaitToRead());

        SharedChannelWriter next = Join(reader, out _);
        Assert.True(next.TryWrite([2]));

        Assert.Equal([2], reader.Read().ToArray());
    }

    [Fact]
    public async Task WaitToRead_KeptOpen_OutlivesItsWriters()
    {
        var reader = SharedChannel.CreateReader(new SharedChannelOptions { KeepOpen = true });
        _open.Add(reader);
        SharedChannelWriter writer = Join(reader, out SharedChannelPeer peer);
        writer.Complete();
        writer.Dispose();
        Assert.Equal(SharedChannelEnd.Completed, Wait(peer));

        Task<bool> wait = reader.WaitToReadAsync().AsTask();
        writer = Join(reader, out _);
        Assert.True(writer.TryWrite([1]));

        Assert.True(await wait.Within());
    }

    [Fact]
    public void Disconnect_Peer_EndsBothSides()
    {
        SharedChannelReader reader = Reader(1);
        SharedChannelWriter writer = Join(reader, out SharedChannelPeer peer);
        peer.Disconnect();
        peer.Disconnect();

        Assert.Equal(SharedChannelEnd.Disconnected, peer.End);
        Assert.False(reader.WaitToRead());
        Assert.Equal(SharedChannelEnd.Disconnected, reader.End);
        Assert.True(SpinWait.SpinUntil(
            () => writer.End == SharedChannelEnd.Died, Patience.Limit));
        Assert.Throws<SharedChannelClosedException>(() =>
        {
            writer.Write([1]);
            writer.Write([1]);
        });
    }

    [Fact]
    public void TryRead_CorruptLane_FaultsItAndSparesTheOther()
    {
        SharedChannelReader reader = Reader(2);
        SharedChannelWriter bad = Join(reader, out SharedChannelPeer badPeer);
        SharedChannelWriter good = Join(reader, out _);
        Assert.True(bad.TryWrite([1]));
        Assert.True(good.TryWrite([2]));
        Corrupter.WriteHeader(reader, lane: 0, header: 0x1234_5678_9ABC_DEF0);

        var error = Assert.Throws<SharedChannelException>(() => reader.TryRead(out _));
        Assert.Equal("header", error.Check);
        Assert.Equal(SharedChannelEnd.Faulted, badPeer.End);
        Assert.Equal([2], reader.Read().ToArray());
        Assert.False(reader.TryRead(out _));

        SharedChannelWriter next = Join(reader, out SharedChannelPeer peer);
        Assert.Equal(badPeer.Lane, peer.Lane);
        Assert.True(next.TryWrite([3]));
        Assert.Equal([3], reader.Read().ToArray());
    }

    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
            _open[i].Dispose();
    }

    private static SharedChannelEnd Wait(SharedChannelPeer peer)
    {
        Assert.True(peer.Ended.Wait(Patience.Limit));
        return peer.Ended.Result;
    }

    private SharedChannelReader Reader(int lanes)
    {
        SharedChannelReader reader = SharedChannel.CreateReader(
            new SharedChannelOptions { Capacity = 4096, LaneCount = lanes });
        _open.Add(reader);
        return reader;
    }

    private SharedChannelWriter Join(SharedChannelReader reader, out SharedChannelPeer peer)
    {
        peer = reader.ShareWriter(_near);
        SharedChannelWriter writer = SharedChannel.AttachWriter(_far);
        _open.Add(writer);
        return writer;
    }

    private SharedChannelReader Join(SharedChannelWriter writer)
    {
        _ = writer.ShareReader(_near);
        SharedChannelReader reader = SharedChannel.AttachReader(_far);
        _open.Add(reader);
        return reader;
    }
}
