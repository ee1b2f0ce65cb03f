using System.Buffers;
using System.Runtime.Versioning;

namespace Sluice.Ipc.Channels;

/// <summary>
/// Writes one message after the other in pieces, in place: a message is what was written between
/// two commits.
/// </summary>
/// <remarks>
/// Room that is asked for and not there is waited for, on the calling thread. What was written
/// moves only if it does not fit before the end of the ring. One thread at a time, and no other
/// calls of the <see cref="SharedChannelWriter"/> between the first piece and the commit.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedMessageWriter : IBufferWriter<byte>
{
    private const int FirstLength = 256;

    private readonly SharedChannelWriter _writer;
    private readonly LaneWriter _lane;
    private readonly Memory<byte> _ring;
    private bool _hasMessage;

    internal SharedMessageWriter(
        SharedChannelWriter writer, LaneWriter lane, Memory<byte> ring)
    {
        _writer = writer;
        _lane = lane;
        _ring = ring;
    }

    /// <summary>Bytes of the message so far.</summary>
    public int Length { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">More than there was room for.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!_hasMessage || count > _lane.ClaimLength - Length)
            throw new InvalidOperationException("More was written than there was room for.");
        Length += count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The message would become longer than <see cref="SharedChannelWriter.MessageLengthMax"/>.
    /// </exception>
    /// <exception cref="SharedChannelClosedException">The reader has gone.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _ring.Slice(_lane.ClaimOffset + Length, _lane.ClaimLength - Length);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Ends the message, which may be empty; the reader sees it.</summary>
    public void Commit()
    {
        if (!_hasMessage)
            Reserve(0);
        int length = Length;
        Length = 0;
        _hasMessage = false;
        _writer.Commit(length);
    }

    /// <summary>Forgets the message. Nothing happens if there is none.</summary>
    public void Abandon()
    {
        Length = 0;
        if (_hasMessage)
            _lane.Abandon();
        _hasMessage = false;
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        if (!_hasMessage)
        {
            // Without a hint a full message is a valid one, too.
            int first = Math.Min(
                Math.Max(needed, FirstLength), Math.Max(needed, _writer.MessageLengthMax));
            while (!_writer.TryClaim(first, out _))
                _writer.WaitToWrite(first);
            _hasMessage = true;
            return;
        }

        if (_lane.ClaimLength - Length >= needed)
            return;

        int max = _writer.MessageLengthMax;
        if (needed > max - Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sizeHint),
                sizeHint,
                $"A message of this channel has at most {max} bytes.");
        }

        Grow(Math.Max(Length + needed, Math.Min(max, _lane.ClaimLength * 2)));
    }

    private void Grow(int length)
    {
        while (!_lane.TryGrow(length, Length, out _))
            _writer.WaitForGrowth(length);
    }
}
