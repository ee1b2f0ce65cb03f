using Sluice.Diagnostics;

namespace Sluice.Ipc.Channels;

/// <summary>The reading half of a broadcast's ring: copy, then look whether it stood.</summary>
/// <remarks>
/// A copy counts only if the intent of the writer, read after it, has not come round to where the
/// message begins. Positions have 64 bits, so no lap looks like another. What is read from shared
/// memory is checked against this side's own position and against the ring before it is used; a
/// contradiction is a fault only if the writer has not come round meanwhile. One thread at a time.
/// </remarks>
internal sealed unsafe class BroadcastReading
{
    private const int SkipsMax = 8;

    private readonly byte* _data;
    private readonly byte* _words;
    private readonly long _mask;
    private readonly int _alignmentMask;
    private readonly int _lengthMax;
    private long _next;
    private long _expected = -1;

    /// <param name="data">The ring.</param>
    /// <param name="words">The page of words.</param>
    /// <param name="geometry">Checked sizes.</param>
    /// <exception cref="SharedChannelException">The cursor is corrupt.</exception>
    public BroadcastReading(byte* data, byte* words, in ChannelGeometry geometry)
    {
        _data = data;
        _words = words;
        _mask = geometry.Capacity - 1;
        _alignmentMask = geometry.Alignment - 1;
        _lengthMax = geometry.BroadcastLengthMax;
        if (Checked(Read(ChannelLayout.Tail), "tail", 0) == 0)
            _expected = 0;
        else
            Join();
    }

    /// <summary>How many messages were read here.</summary>
    public ChannelCounters Counters { get; } = new();

    public bool HasNext => Read(ChannelLayout.Tail) != _next;

    /// <summary>The next message that is still there.</summary>
    /// <exception cref="ArgumentException">It is longer than the destination, and stays.
    /// </exception>
    /// <exception cref="SharedChannelException">The ring is corrupt.</exception>
    public bool TryRead(Span<byte> destination, out SharedBroadcastMessage message)
    {
        message = default;
        for (int skips = 0; skips < SkipsMax;)
        {
            long tail = Read(ChannelLayout.Tail);
            if (tail == _next)
                return false;

            Checked(tail, "tail", _next);
            Outcome outcome = tail - _next > _mask + 1
                ? Outcome.Lost
                : TryCopy(tail, destination, out message);
            if (outcome == Outcome.Message)
            {
                Counters.Messages++;
                return true;
            }

            if (outcome != Outcome.Lost)
                continue;

            _next = Checked(Read(ChannelLayout.Latest), "latest", _next + 1);
            skips++;
        }

        // A writer that comes round again and again: nothing is to be had now.
        return false;
    }

    private enum Outcome
    {
        Message,
        Padding,
        Lost,
    }

    // Behind the latest message, whose number tells that of the next one.
    private void Join()
    {
        for (int i = 0; i < SkipsMax; i++)
        {
            _next = Checked(Read(ChannelLayout.Latest), "latest", 0);
            byte* record = _data + (_next & _mask);
            ulong header = Volatile.Read(ref *(ulong*)record);
            bool isRecord = IsRecord(header, _mask + 1 - (_next & _mask), out long size);
            long number = isRecord ? ((long*)record)[1] : 0;
            if (WasOverwritten())
                continue;
            if (!isRecord || number < 0)
                throw Fault("header", (uint)header);

            _next += size;
            _expected = number + 1;
            return;
        }

        // The writer comes round too fast to be told where it is; losses count from here on.
        _next = Checked(Read(ChannelLayout.Tail), "tail", 0);
    }

    private bool IsRecord(ulong header, long room, out long size)
    {
        var length = (uint)header;
        size = (length + ChannelLayout.BroadcastHeaderSize + (long)_alignmentMask)
            & ~(long)_alignmentMask;
        return (uint)(header >> 32) == RecordHeader.DataMark(_next)
            && length <= (uint)_lengthMax && size <= room;
    }

    private Outcome TryCopy(
        long tail, Span<byte> destination, out SharedBroadcastMessage message)
    {
        message = default;
        byte* record = _data + (_next & _mask);
        ulong header = Volatile.Read(ref *(ulong*)record);
        var length = (uint)header;
        var mark = (uint)(header >> 32);
        long rest = _mask + 1 - (_next & _mask);
        if (mark == RecordHeader.PaddingMark(_next))
        {
            bool isSound = length == rest - ChannelLayout.RecordHeaderSize && rest < tail - _next;
            if (WasOverwritten())
                return Outcome.Lost;
            if (!isSound)
                throw Fault("padding", length);
            _next += rest;
            return Outcome.Padding;
        }

        if (!IsRecord(header, Math.Min(rest, tail - _next), out long size))
            return WasOverwritten() ? Outcome.Lost : throw Fault("header", length);

        var number = (long)((ulong*)record)[1];
        bool fits = length <= (uint)destination.Length;
        if (fits)
        {
            new ReadOnlySpan<byte>(record + ChannelLayout.BroadcastHeaderSize, (int)length)
                .CopyTo(destination);
        }

        if (WasOverwritten())
            return Outcome.Lost;
        if (!fits)
            throw new ArgumentException($"The message has {length} bytes.", nameof(destination));
        if (number < 0 || number < _expected)
            throw Fault("number", length);

        message = new SharedBroadcastMessage(
            (int)length, number, _expected < 0 ? 0 : number - _expected);
        _expected = number + 1;
        _next += size;
        return Outcome.Message;
    }

    private bool WasOverwritten()
    {
        // The copy is complete before the intent is read.
        Volatile.ReadBarrier();
        return Read(ChannelLayout.Intent) - (_mask + 1) > _next;
    }

    private long Checked(long position, string word, long min)
    {
        if (position < min || position > long.MaxValue / 2 || (position & _alignmentMask) != 0)
        {
            throw new SharedChannelException(
                word, $"it is {position}, and this side is at {_next}");
        }

        return position;
    }

    private SharedChannelException Fault(string check, uint length) => new(
        check, $"a record of {length} bytes does not fit at position {_next}");

    private long Read(int offset) => Volatile.Read(ref *(long*)(_words + offset));
}
