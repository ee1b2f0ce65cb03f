using Sluice.Reactors;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>
/// The bytes of a connection that are to be sent: in blocks that the writer fills and the kernel
/// sends from, and in memory of the caller's that has its place in the order.
/// </summary>
/// <remarks>
/// <code>
///   _head                              _tail
///   [sent|---- flushed, unsent ----] -> [----|-- written, not flushed --|  room ]
///        ^ _headOffset
///         |-- _ahead --| Borrowed |-- written since --|
/// </code>
/// Not thread-safe: <see cref="SendPipe"/> holds its gate over every call but
/// <see cref="TryLendAgain"/> and <see cref="Advance"/>, which touch only what the writer owns. The
/// last block stays while the writer has it on loan; otherwise a block goes back as soon as it is
/// sent, so an idle connection holds none. A part of the pipe, not an object of its own, of which
/// each connection would have one more; never copied.
/// </remarks>
internal struct SendQueue(SendBlockPool pool)
{
    private const int RoomMin = 256;

    private SendBlock? _head;
    private SendBlock? _tail;
    private int _headOffset;
    private long _ahead;
    private bool _isOnLoan;

    /// <summary>Bytes that were flushed or borrowed, and not sent.</summary>
    public long Unsent { get; private set; }

    /// <summary>Memory of the caller's that is being sent; null if there is none.</summary>
    public BorrowedMemory? Borrowed { get; private set; }

    /// <summary>Bytes that were written and not flushed.</summary>
    public long Unflushed { get; private set; }

    /// <summary>
    /// The block that the writer has on loan already, if it has that much room left.
    /// </summary>
    public readonly SendBlock? TryLendAgain(int sizeHint)
    {
        // A loan is the writer's to begin and to end, and nobody else takes the block meanwhile.
        return _isOnLoan && _tail is { } tail && tail.Room >= RoomFor(sizeHint) ? tail : null;
    }

    /// <summary>Lends a block with room for that many bytes; 0 means some.</summary>
    public SendBlock Lend(int sizeHint)
    {
        _isOnLoan = true;
        int room = RoomFor(sizeHint);
        if (_tail is { } tail && tail.Room >= room)
            return tail;

        // A writer that has filled a block already gets a large one.
        int capacity = _tail is null ? room : Math.Max(room, SendBlockPool.LargeSize);
        SendBlock block = pool.Rent(capacity);
        if (_tail is null)
            _head = block;
        else
            _tail.Next = block;
        _tail = block;
        ReleaseSent();
        return block;
    }

    /// <summary>Counts bytes that the writer put into what it was lent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was not lent that many.</exception>
    public void Advance(int bytes)
    {
        SendBlock? tail = _isOnLoan ? _tail : null;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)bytes, (uint)(tail?.Room ?? 0), nameof(bytes));
        if (bytes == 0)
            return;

        // Only the writer changes these two; a sender reads no further than what was flushed.
        tail!.Written += bytes;
        Unflushed += bytes;
    }

    /// <summary>Makes what was written ready to be sent, and ends the loan.</summary>
    public void Flush()
    {
        _isOnLoan = false;
        Unsent += Unflushed;
        Unflushed = 0;
        if (Unsent == 0)
            ReleaseSent();
    }

    /// <summary>Ends the loan; what was written will never be sent.</summary>
    public void Forget()
    {
        _isOnLoan = false;
        Unflushed = 0;
    }

    /// <summary>Puts memory of the caller's behind all that was flushed.</summary>
    public void Borrow(BorrowedMemory memory)
    {
        _ahead = Unsent;
        Borrowed = memory;
        Unsent += memory.Left;
    }

    /// <summary>Forgets the memory, which <see cref="BorrowedMemory.IsFree"/> now.</summary>
    public void GiveBack() => Borrowed = null;

    /// <summary>The unsent bytes, as far as the segments suffice; the number of segments.</summary>
    public readonly int Gather(Span<BufferSegment> segments)
    {
        if (Borrowed is not { IsFree: false } borrowed)
            return GatherBlocks(segments, Unsent);

        // What was written since waits until the memory has gone.
        int count = GatherBlocks(segments, _ahead);
        return count + borrowed.Gather(segments[count..]);
    }

    /// <summary>The first bytes were sent.</summary>
    public void Consume(int sent)
    {
        Unsent -= sent;
        if (Borrowed is { IsFree: false } borrowed)
        {
            int ahead = (int)Math.Min(_ahead, sent);
            _ahead -= ahead;
            borrowed.Consume(sent - ahead);
            sent = ahead;
        }

        ConsumeBlocks(sent);
    }

    /// <summary>Drops all bytes. Nobody may be sending.</summary>
    public void Discard()
    {
        Unsent = 0;
        if (Borrowed is { IsFree: false } borrowed)
            borrowed.Drop();
        while (_head is { } head && !(ReferenceEquals(head, _tail) && _isOnLoan))
            ReleaseHead();
        if (_head is not null)
            _headOffset = _head.Written;
    }

    private static int RoomFor(int sizeHint) => sizeHint == 0 ? RoomMin : sizeHint;

    private readonly int GatherBlocks(Span<BufferSegment> segments, long left)
    {
        int count = 0;
        int offset = _headOffset;
        for (SendBlock? block = _head; left > 0 && count < segments.Length; block = block.Next)
        {
            int length = (int)Math.Min(block!.Written - offset, left);
            if (length > 0)
                segments[count++] = new BufferSegment(block.Address + offset, (nuint)length);
            left -= length;
            offset = 0;
        }

        return count;
    }

    private void ConsumeBlocks(int sent)
    {
        while (sent > 0)
        {
            SendBlock head = _head!;
            int here = Math.Min(head.Written - _headOffset, sent);
            sent -= here;
            _headOffset += here;
            if (sent > 0)
                ReleaseHead();
        }

        ReleaseSent();
    }

    // Gives back blocks with nothing left to send, but not one that the writer has on loan.
    private void ReleaseSent()
    {
        while (_head is { } head && _headOffset == head.Written)
        {
            if (ReferenceEquals(head, _tail) && _isOnLoan)
                return;
            ReleaseHead();
        }
    }

    private void ReleaseHead()
    {
        SendBlock head = _head!;
        _head = head.Next;
        _headOffset = 0;
        if (_head is null)
            _tail = null;
        pool.Return(head);
    }
}
