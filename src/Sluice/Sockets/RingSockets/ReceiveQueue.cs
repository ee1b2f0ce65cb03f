using System.Buffers;
using Sluice.Reactors;

namespace Sluice.Sockets.RingSockets;

/// <summary>The received and unread bytes of a connection, in the buffers of the kernel.</summary>
/// <remarks>
/// <code>
///   Head                        _tail
///   [consumed|--- unread ---]-> [--- unread ---|  room ]
///            ^ HeadIndex, Start                ^ End
/// </code>
/// <para>
/// Not thread-safe: <see cref="ReceivePipe"/> holds its gate over every call, except where its
/// reader moves <see cref="HeadIndex"/> inside the head: that is the reader's alone, and so is the
/// head once the reader has seen it.
/// </para>
/// <para>
/// A buffer that is consumed to its end is given back at once. A small piece that arrives behind
/// unread data is copied to the room behind it, so that a peer that sends single bytes cannot hold
/// a buffer for each.
/// </para>
/// <para>
/// A part of the pipe, not an object of its own, of which each connection would have one more;
/// never copied.
/// </para>
/// </remarks>
internal struct ReceiveQueue(ReactorLoop loop, ReceivePipe reader)
{
    private ReceiveSegment? _tail;

    /// <summary>The first buffer; null if nothing is unread.</summary>
    public ReceiveSegment? Head { get; private set; }

    /// <summary>Where the unread bytes of the head start.</summary>
    public int HeadIndex { get; set; }

    /// <summary>How many buffers there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes have been received since the connection began.</summary>
    public long End { get; private set; }

    /// <summary>How many of them have been consumed.</summary>
    public readonly long Start => Head is { } head ? head.RunningIndex + HeadIndex : End;

    private readonly int SmallPiece => loop.Receive.BufferSize / 4;

    /// <summary>Takes received bytes and the buffer that they are in.</summary>
    public void Append(ReceiveSegment segment, int length)
    {
        if (_tail is { } tail && length <= tail.Spare && length <= SmallPiece)
        {
            tail.Extend(segment.Received(length));
            loop.Give(segment);
        }
        else
        {
            segment.Append(_tail, reader, End, length);
            Head ??= segment;
            _tail = segment;
            Count++;
        }

        End += length;
    }

    /// <summary>The last buffer and how many bytes it has; null if nothing is unread.</summary>
    public readonly ReceiveSegment? Tail(out int length)
    {
        length = _tail?.Length ?? 0;
        return _tail;
    }

    /// <summary>How many bytes had been received up to a position that a read gave out.</summary>
    public readonly long PositionOf(SequencePosition position)
    {
        long start = Start;
        object? at = position.GetObject();
        if (at is null)
            return start;

        if (at is not ReceiveSegment segment || !ReferenceEquals(segment.Holder, reader))
            throw new ArgumentOutOfRangeException(nameof(position), "The position is stale.");

        long to = segment.RunningIndex + position.GetInteger();
        ArgumentOutOfRangeException.ThrowIfLessThan(to, start, nameof(position));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, End, nameof(position));
        return to;
    }

    /// <summary>Consumes bytes, and gives back the buffers that have none left.</summary>
    public void Consume(long count)
    {
        while (Head is { } head)
        {
            int here = head.Length - HeadIndex;
            if (count < here)
            {
                HeadIndex += (int)count;
                return;
            }

            count -= here;
            Head = head.NextSegment;
            HeadIndex = 0;
            Count--;
            loop.Give(head);
        }

        _tail = null;
    }
}
