using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.Channels;

[SupportedOSPlatform("linux")]
public sealed class SharedBroadcastTests : IDisposable
{
    private readonly List<IDisposable> _open = [];
    private readonly DescriptorChannel _near;
    private readonly DescriptorChannel _far;
    private readonly SharedBroadcastWriter _writer;
    private readonly byte[] _buffer = new byte[496];

    public SharedBroadcastTests()
    {
        (_near, _far) = DescriptorChannel.CreatePair();
        _writer = SharedChannel.CreateBroadcast(new SharedChannelOptions { Capacity = 4096 });
        _open.AddRange([_near, _far, _writer]);
    }

    [Fact]
    public void TryRead_EveryMessageInTime_LosesNone()
    {
        SharedBroadcastReader first = Join();
        SharedBroadcastReader second = Join();
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = new byte[random.Next(_writer.MessageLengthMax + 1)];
            random.NextBytes(message);
            _writer.Write(message);
            foreach (SharedBroadcastReader reader in (SharedBroadcastReader[])[first, second])
            {
                Assert.True(reader.TryRead(_buffer, out SharedBroadcastMessage found));
                Assert.Equal(new SharedBroadcastMessage(message.Length, i, 0), found);
                Assert.Equal(message, _buffer.AsSpan(0, found.Length));
            }
        }

        Assert.False(first.TryRead(_buffer, out _));
    }

    [Fact]
    public void TryRead_TooSlow_TellsHowManyWereLost()
    {
        SharedBroadcastReader reader = Join();
        var random = new Random(4);
        long written = 0;
        long accounted = 0;
        for (int i = 0; i < 2000; i++)
        {
            for (int burst = random.Next(400); burst > 0; burst--)
            {
                byte[] message = new byte[8 + random.Next(60)];
                BitConverter.TryWriteBytes(message, written++);
                _writer.Write(message);
            }

            for (int reads = random.Next(200);
                reads > 0 && reader.TryRead(_buffer, out SharedBroadcastMessage found);
                reads--)
            {
                accounted += found.LostBefore;
                Assert.Equal(accounted, found.Number);
                Assert.Equal(accounted, BitConverter.ToInt64(_buffer));
                accounted++;
            }
        }

        while (reader.TryRead(_buffer, out SharedBroadcastMessage found))
            accounted += found.LostBefore + 1;
        Assert.Equal(written, accounted);
    }

    [Fact]
    public async Task Read_BesideAWriterThatNeverWaits_GetsWholeMessagesOnly()
    {
        const int Messages = 300_000;
        SharedBroadcastReader reader = Join();
        Task writing = Task.Run(() =>
        {
            var message = new byte[200];
            for (int i = 0; i < Messages; i++)
            {
                message.AsSpan().Fill((byte)i);
                _writer.Write(message.AsSpan(0, 1 + (i % 200)));
            }

            _writer.Complete();
        });

        long count = 0;
        while (reader.WaitToRead())
        {
            while (reader.TryRead(_buffer, out SharedBroadcastMessage found))
            {
                count += found.LostBefore + 1;
                Assert.Equal(count - 1, found.Number);
                Assert.Equal(1 + (int)(found.Number % 200), found.Length);
                Assert.Equal(
                    -1, _buffer.AsSpan(0, found.Length).IndexOfAnyExcept((byte)found.Number));
            }
        }

        await writing.Within();
        Assert.Equal(Messages, count);
        Assert.Equal(SharedChannelEnd.Completed, reader.End);
    }

    [Fact]
    [Trait("pitfall", "46")]
    public async Task ReadAsync_SeveralReadersOfEachKind_AllAreWokenEachTime()
    {
        SharedBroadcastReader[] readers = [Join(), Join(), Join(), Join()];
        for (int i = 0; i < 1000; i++)
        {
            Task<SharedBroadcastMessage>[] reads = [.. readers.Select((reader, number) =>
                number % 2 == 0
                    ? reader.ReadAsync(new byte[496]).AsTask()
                    : Task.Run(() => reader.Read(new byte[496])))];
            _writer.Write(new byte[8]);
            foreach (Task<SharedBroadcastMessage> read in reads)
                Assert.Equal(i, (await read.Within()).Number);
        }
    }

    [Fact]
    public async Task WaitToRead_OneIsCancelled_OthersSleepOnAndAreWoken()
    {
        SharedBroadcastReader cancelled = Join();
        SharedBroadcastReader other = Join();
        Task<bool> wait = other.WaitToReadAsync().AsTask();
        for (int i = 0; i < 50; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<bool> ended = i % 2 == 0
                ? cancelled.WaitToReadAsync(cancellation.Token).AsTask()
                : Task.Run(() => cancelled.WaitToRead(cancellation.Token));
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended.Within());
        }

        _writer.Write([1]);
        Assert.True(await wait.Within());
    }

    [Fact]
    public void TryRead_DestinationTooSmall_ThrowsAndKeepsTheMessage()
    {
        SharedBroadcastReader reader = Join();
        _writer.Write(new byte[100]);

        Assert.Throws<ArgumentException>(() => reader.TryRead(new byte[99], out _));

        Assert.True(reader.TryRead(_buffer, out SharedBroadcastMessage found));
        Assert.Equal(100, found.Length);
    }

    [Fact]
    public void Claim_Abandoned_IsNoMessage()
    {
        SharedBroadcastReader reader = Join();
        for (int i = 0; i < 500; i++)
        {
            _writer.Claim(496).Fill(1);
            _writer.Abandon();
            _writer.Claim(100).Fill(2);
            _writer.Commit(50);
            Assert.True(reader.TryRead(_buffer, out SharedBroadcastMessage found));
            Assert.Equal(new SharedBroadcastMessage(50, i, 0), found);
            Assert.Equal(-1, _buffer.AsSpan(0, 50).IndexOfAnyExcept((byte)2));
        }
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    [Trait("pitfall", "45")]
    public void TryRead_OverwrittenByALongerClaim_LosesTheMessage(bool isAbandoned, int read)
    {
        const int Length = 112;
        SharedBroadcastReader reader = Join();
        for (int i = 0; i < 4096 / 128; i++)
            _writer.Write(new byte[Length]);
        for (int i = 0; i < read; i++)
            Assert.True(reader.TryRead(_buffer, out _));

        // It covers what the reader would read next; what is written after it does not.
        _writer.Claim(496).Fill(1);
        if (isAbandoned)
            _writer.Abandon();
        else
            _writer.Commit(Length);
        _writer.Write(new byte[Length]);

        Assert.True(reader.TryRead(_buffer, out SharedBroadcastMessage found));
        Assert.Equal(new SharedBroadcastMessage(Length, read + 30, 30), found);
    }

    [Fact]
    public void Write_TooLongOrMisused_Throws()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _writer.Write(new byte[497]));
        Assert.Contains("496", error.Message);
        Assert.Throws<InvalidOperationException>(() => _writer.Commit(0));
        _writer.Complete();
        Assert.Throws<InvalidOperationException>(() => _writer.Write([1]));
        _writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _writer.Write([1]));
    }

    [Fact]
    [Trait("pitfall", "47")]
    public async Task WaitToRead_WriterDies_EndsForAll()
    {
        SharedBroadcastReader first = Join();
        SharedBroadcastReader second = Join();
        Task<bool> wait = first.WaitToReadAsync().AsTask();
        Task<bool> blocked = Task.Run(() => second.WaitToRead());
        _writer.Dispose();

        Assert.False(await wait.Within());
        Assert.False(await blocked.Within());
        Assert.Equal(SharedChannelEnd.Died, first.End);
        Assert.Throws<SharedChannelClosedException>(() => second.Read(_buffer));
    }

    [Fact]
    public void Dispose_Reader_LeavesTheWriter()
    {
        SharedBroadcastReader reader = Join();
        Assert.Equal(1, _writer.ReaderCount);
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(_buffer, out _));

        Assert.True(SpinWait.SpinUntil(() => _writer.ReaderCount == 0, Patience.Limit));
        _writer.Write([1]);
    }

    [Fact]
    [Trait("pitfall", "42")]
    public void ShareReader_Object_CannotBeMappedForWriting()
    {
        _ = _writer.ShareReader(_near);
        using DescriptorMessage message = _far.Receive(new byte[32], 3);
        using Sluice.Memory.SharedMemory memory = message.TakeSharedMemory(0);

        Assert.True(memory.Seals.HasFlag(Sluice.Memory.SharedMemorySeals.FutureWrite));
        Assert.Throws<Sluice.Memory.SharedMemoryException>(() => memory.Map());
    }

    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
            _open[i].Dispose();
    }

    private SharedBroadcastReader Join()
    {
        _ = _writer.ShareReader(_near);
        SharedBroadcastReader reader = SharedChannel.AttachBroadcast(_far);
        _open.Add(reader);
        return reader;
    }
}
