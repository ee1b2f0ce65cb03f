using System.Buffers;
using Sluice.Memory;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Testing.Connections;
using Sluice.Uring;

namespace Sluice.Tests.Sockets.RingSockets;

public sealed unsafe class SendQueueTests : IDisposable
{
    private const int Small = SendBlockPool.SmallSize;
    private const int Large = SendBlockPool.LargeSize;

    private readonly SendBlockPool _pool =
        new(new IoHeapOptions { HugePages = IoHugePages.None }, 0);

    private SendQueue _queue;

    public SendQueueTests() => _queue = new SendQueue(_pool);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Lend_WithoutAHint_GivesRoomForSome() =>
        Assert.InRange(_queue.Lend(0).Room, 256, Small);

    [Fact]
    public void Lend_TheBlockIsFull_GoesOnInALargeOne()
    {
        SendBlock first = _queue.Lend(Small);
        _queue.Advance(Small);

        SendBlock second = _queue.Lend(1);

        Assert.Equal(Small, first.Capacity);
        Assert.Equal(Large, second.Capacity);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(255, false)]
    public void Lend_SomeRoomIsLeft_StaysWhereItSuffices(int room, bool stays)
    {
        SendBlock first = _queue.Lend(Small);
        _queue.Advance(Small - room);

        Assert.Equal(stays ? first : null, _queue.TryLendAgain(0));
        Assert.Equal(stays, _queue.Lend(0) == first);
    }

    [Fact]
    public void TryLendAgain_ExactlyTheRoomThatIsLeft_GivesTheBlock()
    {
        SendBlock block = _queue.Lend(Small);
        _queue.Advance(1);

        Assert.Same(block, _queue.TryLendAgain(Small - 1));
        Assert.Null(_queue.TryLendAgain(Small));
    }

    [Fact]
    public void TryLendAgain_NothingIsOnLoan_GivesNone()
    {
        Assert.Null(_queue.TryLendAgain(1));
        Write(1);
        _queue.Flush();

        Assert.Null(_queue.TryLendAgain(1));
    }

    [Fact]
    public void Advance_MoreThanWasLent_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(1));
        SendBlock block = _queue.Lend(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(block.Room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(-1));
        _queue.Advance(block.Room);

        Assert.Equal(Small, _queue.Unflushed);
    }

    [Fact]
    public void Advance_TheLoanHasEnded_Throws()
    {
        SendBlock block = _queue.Lend(1);
        _queue.Advance(1);
        _queue.Flush();

        Assert.True(block.Room > 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => _queue.Advance(1));
    }

    [Fact]
    public void Consume_BlocksAheadOfBorrowedMemory_TakesThemOffFirst()
    {
        Write(10);
        _queue.Flush();
        var borrowed = new BorrowedMemory();
        ReadOnlyMemory<byte> memory = new byte[5];
        borrowed.Pin(new ReadOnlySequence<byte>(memory));
        _queue.Borrow(borrowed);
        Write(3);
        _queue.Flush();

        _queue.Consume(4);
        _queue.Consume(6);
        Assert.Equal(5, borrowed.Left);
        _queue.Consume(5);

        Assert.True(borrowed.IsSent);
        Assert.Equal(3, _queue.Unsent);
    }

    [Fact]
    public void Advance_NothingAfterTheLoan_IsHarmless()
    {
        _queue.Advance(0);

        Assert.Equal(0, _queue.Unflushed);
    }

    [Fact]
    public void Gather_NothingFlushed_GivesNothing()
    {
        Write(10);

        Assert.Equal(0, _queue.Gather(new BufferSegment[4]));
        Assert.Equal(10, _queue.Unflushed);
        Assert.Equal(0, _queue.Unsent);
    }

    [Fact]
    public void Gather_MoreWrittenThanFlushed_GivesWhatWasFlushed()
    {
        byte[] flushed = Write(Small + 10);
        _queue.Flush();
        Write(20, seed: 2);

        Assert.Equal(flushed, Gathered(4));
        Assert.Equal(flushed.Length, _queue.Unsent);
        Assert.Equal(20, _queue.Unflushed);
    }

    [Fact]
    public void Gather_FewerSegmentsThanBlocks_GivesTheFirst()
    {
        byte[] bytes = Write(Small + Large + 1);
        _queue.Flush();

        Assert.Equal(bytes[..(Small + Large)], Gathered(2));
        Assert.Equal(bytes[..Small], Gathered(1));
    }

    [Fact]
    public void Gather_TheFirstBlockIsSentAndOnLoan_GivesNoEmptySegment()
    {
        Write(10);
        _queue.Flush();
        _ = _queue.Lend(1);
        _queue.Consume(10);
        byte[] more = Write(Small, seed: 2);
        _queue.Flush();

        var segments = new BufferSegment[4];
        int count = _queue.Gather(segments);

        Assert.All(segments[..count], segment => Assert.NotEqual((nuint)0, segment.Length));
        Assert.Equal(more, Gathered(4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Small - 1)]
    [InlineData(Small)]
    [InlineData(Small + 1)]
    [InlineData(Small + Large)]
    [InlineData(Small + Large + 4)]
    public void Consume_APart_LeavesTheRest(int sent)
    {
        byte[] bytes = Write(Small + Large + 5);
        _queue.Flush();

        _queue.Consume(sent);

        Assert.Equal(bytes[sent..], Gathered(4));
        Assert.Equal(bytes.Length - sent, _queue.Unsent);
    }

    [Fact]
    public void Consume_PieceByPiece_GivesAllBytesInOrder()
    {
        byte[] bytes = Write(3 * Large);
        _queue.Flush();
        var received = new List<byte>();

        while (_queue.Unsent != 0)
        {
            byte[] seen = Gathered(2);
            int sent = Math.Min(seen.Length, 1_000);
            received.AddRange(seen[..sent]);
            _queue.Consume(sent);
        }

        Assert.Equal(bytes, received);
    }

    [Fact]
    public void Consume_All_HoldsNoBlock()
    {
        Write(Small + 1);
        _queue.Flush();

        _queue.Consume(Small + 1);

        AssertHoldsNone();
    }

    [Fact]
    public void Consume_AWholeBlock_GivesItBackAtOnce()
    {
        SendBlock first = _queue.Lend(Small);
        Write(Small + 1);
        _queue.Flush();

        _queue.Consume(Small);

        Assert.Same(first, _pool.Rent(1));
        Assert.Equal(1, _queue.Unsent);
    }

    [Fact]
    public void Consume_AllWhileTheWriterHasTheBlock_LeavesItToTheWriter()
    {
        Write(10);
        _queue.Flush();
        SendBlock onLoan = _queue.Lend(1);
        _queue.Consume(10);

        Assert.Equal(0, _queue.Unsent);
        Assert.Same(onLoan, _queue.TryLendAgain(1));
        byte[] more = Write(5, seed: 2);
        _queue.Flush();

        Assert.Equal(more, Gathered(1));
        Assert.Equal(15, onLoan.Written);
    }

    [Fact]
    public void Flush_NothingWritten_GivesTheBlockBack()
    {
        _ = _queue.Lend(1);

        _queue.Flush();

        AssertHoldsNone();
    }

    [Fact]
    public void Flush_Twice_CountsOnce()
    {
        Write(10);

        _queue.Flush();
        _queue.Flush();

        Assert.Equal(10, _queue.Unsent);
        Assert.Equal(0, _queue.Unflushed);
    }

    [Fact]
    public void Forget_WhatWasWritten_IsNeverSent()
    {
        byte[] flushed = Write(10);
        _queue.Flush();
        Write(20, seed: 2);

        _queue.Forget();
        _queue.Flush();

        Assert.Equal(flushed, Gathered(4));
        Assert.Equal(0, _queue.Unflushed);
        Assert.Null(_queue.TryLendAgain(1));
    }

    [Fact]
    public void Discard_NothingOnLoan_HoldsNoBlock()
    {
        Write(Small + 1);
        _queue.Flush();

        _queue.Discard();

        Assert.Equal(0, _queue.Unsent);
        AssertHoldsNone();
    }

    [Fact]
    public void Discard_TheLastBlockIsOnLoan_KeepsItAndSendsOnlyWhatComesAfter()
    {
        Write(Small + 1);
        _queue.Flush();
        SendBlock onLoan = _queue.Lend(1);

        _queue.Discard();
        Assert.Same(onLoan, _queue.TryLendAgain(1));
        byte[] more = Write(7, seed: 2);
        _queue.Flush();

        Assert.Equal(more, Gathered(4));
        _queue.Consume(7);
        AssertHoldsNone();
    }

    private byte[] Write(int count, int seed = 1)
    {
        byte[] bytes = TestBytes.Create(count, seed);
        for (int written = 0; written < count;)
        {
            SendBlock block = _queue.TryLendAgain(1) ?? _queue.Lend(1);
            int length = Math.Min(block.Room, count - written);
            bytes.AsSpan(written, length).CopyTo(block.GetSpan()[block.Written..]);
            _queue.Advance(length);
            written += length;
        }

        return bytes;
    }

    private byte[] Gathered(int segmentsMax)
    {
        var segments = new BufferSegment[segmentsMax];
        int count = _queue.Gather(segments);
        return
        [
            .. segments[..count].SelectMany(static segment =>
                new ReadOnlySpan<byte>((void*)segment.Address, (int)segment.Length).ToArray()),
        ];
    }

    // What is back in the pool is all that the pool ever had: nothing stays mapped without it.
    private void AssertHoldsNone()
    {
        _pool.Dispose();
        Assert.Equal(0, _pool.MappedBytes);
    }
}
