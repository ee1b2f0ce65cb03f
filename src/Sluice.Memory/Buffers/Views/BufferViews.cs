using System.Buffers;

namespace Sluice.Memory;

/// <summary>Buffers as the types that the rest of .NET reads from and writes to.</summary>
public static class BufferViews
{
    /// <summary>What remains of a buffer, without a copy. The position does not move.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>A sequence of one segment.</returns>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public static ReadOnlySequence<byte> AsSequence(this PlatformBuffer buffer) =>
        new(buffer.RemainingMemory);

    /// <summary>What remains of several buffers, one after the other, without a copy.</summary>
    /// <param name="buffers">The buffers. Their positions do not move.</param>
    /// <returns>A sequence with a segment for each buffer that is not empty.</returns>
    /// <exception cref="ObjectDisposedException">A buffer was disposed.</exception>
    public static ReadOnlySequence<byte> AsSequence(this IEnumerable<PlatformBuffer> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        Segment? first = null;
        Segment? last = null;
        foreach (PlatformBuffer buffer in buffers)
        {
            if (buffer.Remaining == 0)
                continue;

            last = new Segment(buffer.RemainingMemory, last);
            first ??= last;
        }

        return first is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>A stream that reads from the buffer and writes to it, at its position.</summary>
    /// <param name="buffer">The buffer. Its position and limit are those of the stream.</param>
    /// <param name="leaveOpen">False to dispose the buffer together with the stream.</param>
    public static Stream AsStream(this PlatformBuffer buffer, bool leaveOpen = true)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new BufferStream(buffer, leaveOpen);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
