using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Ipc.Channels;

/// <summary>The contract of one writer and one reader, without waits.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedChannelTests : IDisposable
{
    private readonly SharedChannelOptions _options = new() { Capacity = 4096 };
    private SharedChannelWriter? _writer;
    private SharedChannelReader? _reader;

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 1)]
    [InlineData(8, 32)]
    [InlineData(8, 2040)]
    [InlineData(64, 0)]
    [InlineData(64, 57)]
    [InlineData(128, 2040)]
    public void TryRead_OneMessage_IsTheSame(int alignment, int length)
    {
        _options.RecordAlignment = alignment;
        Open();
        byte[] message = Bytes(length, seed: 1);

        Assert.True(_writer!.TryWrite(message));

        Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> found));
        Assert.Equal(message, found);
        _reader.Advance();
        Assert.False(_reader.TryRead(out _));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    public void TryRead_RandomMessages_ComeInOrderAcrossManyLaps(int alignment)
    {
        _options.RecordAlignment = alignment;
        Open();
        var random = new Random(alignment);
        var expected = new Queue<byte[]>();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] message = Bytes(Length(random), seed: i);
            if (random.Next(2) == 0 && _writer!.TryWrite(message))
                expected.Enqueue(message);
            if (random.Next(2) == 0 && _reader!.TryRead(out ReadOnlySpan<byte> found))
                Assert.Equal(expected.Dequeue(), found);
            if (random.Next(3) == 0)
                _reader!.Advance();
        }

        while (_reader!.TryRead(out ReadOnlySpan<byte> found))
            Assert.Equal(expected.Dequeue(), found);
        Assert.Empty(expected);
    }

    [Fact]
    public void TryWrite_RingFull_IsFalseUntilAdvance()
    {
        Open();
        int count = Fill();

        Assert.True(count > 50);
        for (int i = 0; i < count; i++)
            Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> _));
        Assert.False(_writer!.TryWrite(new byte[32]));
        _reader!.Advance();
        Assert.True(_writer.TryWrite(new byte[32]));
    }

    [Fact]
    public void TryWrite_TooLong_ThrowsWithTheLimitAndWritesNothing()
    {
        Open();
        Assert.Equal(2040, _writer!.MessageLengthMax);
        Assert.Equal(2040, _reader!.MessageLengthMax);

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => _writer.TryWrite(new byte[2041]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.TryClaim(2041, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.TryClaim(-1, out _));

        Assert.Contains("2040", error.Message);
        Assert.False(_reader.TryRead(out ReadOnlySpan<byte> _));
    }

    [Fact]
    public void TryWrite_LongestAtEveryPlaceOfAnEmptyRing_Fits()
    {
        Open();
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(_writer!.TryWrite(new byte[8]));
            Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> _));
            _reader.Advance();
            Assert.True(_writer.TryWrite(Bytes(2040, i)));
            Assert.True(_reader.TryRead(out ReadOnlySpan<byte> found));
            Assert.Equal(Bytes(2040, i), found);
            _reader.Advance();
        }
    }

    [Fact]
    public void Claim_FilledAndCommitted_IsSeenOnlyThenAndOnlyAsLong()
    {
        Open();
        Assert.True(_writer!.TryClaim(100, out Span<byte> room));
        Assert.Equal(100, room.Length);
        room.Fill(7);
        Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));

        _writer.Commit(40);

        Assert.True(_reader.TryRead(out ReadOnlySpan<byte> found));
        Assert.Equal(40, found.Length);
        Assert.Equal(-1, found.IndexOfAnyExcept((byte)7));
    }

    [Fact]
    public void Claim_Abandoned_LeavesNothing()
    {
        Open();
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(_writer!.TryClaim(2040, out Span<byte> room));
            room.Fill(0xFF);
            _writer.Abandon();
            Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));
            Assert.True(_writer.TryWrite([1, 2]));
            Assert.True(_reader.TryRead(out ReadOnlySpan<byte> found));
            Assert.Equal([1, 2], found.ToArray());
            _reader.Advance();
        }
    }

    [Fact]
    public void Claim_Misused_ThrowsAndStaysOpen()
    {
        Open();
        Assert.Throws<InvalidOperationException>(() => _writer!.Commit(0));
        Assert.Throws<InvalidOperationException>(() => _writer!.Abandon());
        Assert.True(_writer!.TryClaim(10, out _));
        Assert.Throws<InvalidOperationException>(() => _writer.TryWrite(new byte[1]));
        Assert.Throws<InvalidOperationException>(() => _writer.TryClaim(1, out _));
        Assert.Throws<InvalidOperationException>(() => _writer.BeginBatch());
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Commit(11));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Commit(-1));

        _writer.Commit(10);

        Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> found));
        Assert.Equal(10, found.Length);
    }

    [Fact]
    public void Batch_Published_AppearsAtOnce()
    {
        Open();
        for (int lap = 0; lap < 300; lap++)
        {
            _writer!.BeginBatch();
            for (int i = 0; i < 5; i++)
            {
                Assert.True(_writer.TryWrite(Bytes(i * 40, i)));
                Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));
            }

            _writer.PublishBatch();

            for (int i = 0; i < 5; i++)
            {
                Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> found));
                Assert.Equal(Bytes(i * 40, i), found);
            }

            _reader!.Advance();
        }
    }

    [Fact]
    public void Batch_WaitsForRoom_PublishesWhatItHasAndGoesOn()
    {
        Open();
        _writer!.BeginBatch();
        _writer.WaitToWrite(10);
        int count = Fill();
        Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => _writer.WaitToWrite(32, cancelled.Token));

        for (int i = 0; i < count; i++)
            Assert.True(_reader.TryRead(out ReadOnlySpan<byte> _));
        _reader.Advance();
        Assert.True(_writer.TryWrite([1]));
        Assert.False(_reader.TryRead(out ReadOnlySpan<byte> _));
        _writer.PublishBatch();
        Assert.True(_reader.TryRead(out ReadOnlySpan<byte> _));
    }

    [Fact]
    public void Batch_Misused_Throws()
    {
        Open();
        Assert.Throws<InvalidOperationException>(() => _writer!.PublishBatch());
        _writer!.BeginBatch();
        Assert.Throws<InvalidOperationException>(() => _writer.BeginBatch());
        _writer.PublishBatch();

        Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));
    }

    [Fact]
    public void Message_WrittenInPieces_ArrivesAsOne()
    {
        Open();
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] message = Bytes(Length(random), seed: i);
            ReadOnlySpan<byte> rest = message;
            while (!rest.IsEmpty)
            {
                int piece = random.Next(1, rest.Length + 1);
                rest[..piece].CopyTo(_writer!.Message.GetSpan(piece));
                _writer.Message.Advance(piece);
                rest = rest[piece..];
            }

            Assert.Equal(message.Length, _writer!.Message.Length);
            Assert.False(_reader!.TryRead(out ReadOnlySpan<byte> _));
            _writer.Message.Commit();
            Assert.True(_reader.TryRead(out ReadOnlySpan<byte> found));
            Assert.Equal(message, found);
            _reader.Advance();
        }
    }

    [Fact]
    public void Message_TooLong_ThrowsAndCanBeAbandoned()
    {
        Open();
        _writer!.Message.GetSpan(2000)[..2000].Fill(1);
        _writer.Message.Advance(2000);
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Message.GetSpan(41).Length);
        Assert.Throws<InvalidOperationException>(() => _writer.Message.Advance(100));
        _writer.Message.Abandon();
        _writer.Message.Abandon();

        Assert.True(_writer.TryWrite([9]));
        Assert.True(_reader!.TryRead(out ReadOnlySpan<byte> found));
        Assert.Equal([9], found.ToArray());
    }

    [Fact]
    public void Complete_AfterMessages_DeliversThemAndEnds()
    {
        Open();
        Assert.True(_writer!.TryWrite([1]));
        _writer.Complete();
        _writer.Complete();
        Assert.Throws<InvalidOperationException>(() => _writer.TryWrite([2]));

        Assert.True(_reader!.WaitToRead());
        Assert.True(_reader.TryRead(out ReadOnlySpan<byte> found));
        Assert.Equal([1], found.ToArray());
        Assert.False(_reader.WaitToRead());
        Assert.Equal(SharedChannelEnd.Completed, _reader.End);
        var error = Assert.Throws<SharedChannelClosedException>(() => _reader.Read().Length);
        Assert.Equal(SharedChannelEnd.Completed, error.End);
    }

    [Fact]
    public void Dispose_Writer_DeliversWhatIsThereAndEndsAsDied()
    {
        Open();
        Assert.True(_writer!.TryWrite([1]));
        Assert.True(_writer.TryClaim(5, out _));
        _writer.Dispose();
        _writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _writer.TryWrite([2]));
        Assert.Throws<ObjectDisposedException>(() => _writer.Commit(1));

        Assert.Equal([1], _reader!.Read().ToArray());
        Assert.False(_reader.WaitToRead());
        Assert.Equal(SharedChannelEnd.Died, _reader.End);
    }

    [Fact]
    public void Dispose_Reader_EndsTheWriter()
    {
        Open();
        _reader!.Dispose();
        _reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _reader.TryRead(out ReadOnlySpan<byte> _));
        Assert.Throws<ObjectDisposedException>(() => _reader.WaitToRead());

        // One message may find out for the others.
        var error = Assert.Throws<SharedChannelClosedException>(() =>
        {
            _writer!.Write([1]);
            _writer.Write([2]);
        });
        Assert.Equal(SharedChannelEnd.Completed, error.End);
        Assert.Equal(SharedChannelEnd.Completed, _writer!.End);
    }

    [Fact]
    public void Dispose_MemoryOfAMessage_ReadsZeros()
    {
        Open();
        Assert.True(_writer!.TryWrite([1, 2, 3]));
        Assert.True(_reader!.TryReadMemory(out ReadOnlyMemory<byte> message));
        Assert.Equal([1, 2, 3], message.ToArray());

        _reader.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal([0, 0, 0], message.ToArray());
    }

    [Theory]
    [InlineData(0, 1, 8)]
    [InlineData(2048, 1, 8)]
    [InlineData(5000, 1, 8)]
    [InlineData(1L << 31, 1, 8)]
    [InlineData(4096, 0, 8)]
    [InlineData(4096, 1025, 8)]
    [InlineData(4096, 1, 4)]
    [InlineData(4096, 1, 24)]
    [InlineData(4096, 1, 256)]
    public void Create_ImpossibleGeometry_Throws(long capacity, int lanes, int alignment)
    {
        var options = new SharedChannelOptions
        {
            Capacity = capacity,
            LaneCount = lanes,
            RecordAlignment = alignment,
        };

        Assert.Throws<ArgumentOutOfRangeException>(() => SharedChannel.CreateReader(options));
    }

    [Fact]
    public void CreateWriter_SeveralLanes_Throws() => Assert.Throws<ArgumentOutOfRangeException>(
        () => SharedChannel.CreateWriter(new SharedChannelOptions { LaneCount = 2 }));

    public void Dispose()
    {
        _writer?.Dispose();
        _reader?.Dispose();
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // Mostly short, sometimes the longest.
    private static int Length(Random random) => random.Next(4) switch
    {
        0 => random.Next(2041),
        _ => random.Next(100),
    };

    private void Open() => (_writer, _reader) = SharedChannel.CreatePair(_options);

    private int Fill()
    {
        int count = 0;
        while (_writer!.TryWrite(new byte[32]))
            count++;
        return count;
    }
}
