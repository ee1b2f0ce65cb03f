using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Sluice.Diagnostics;

namespace Sluice.Ipc.Channels;

/// <summary>
/// The writing half of a ring: claim, fill, commit. It knows nothing of waits and of peers.
/// </summary>
/// <remarks>
/// <code>
///        head (reader)                   _tail (private)
///         │  record  record  record  record │ 0 │        free
///   ──────┴────────────────────────────────┴───┴────────────────
/// </code>
/// There is no shared tail. A record is there once its header is not zero, and the place of the
/// next header is zeroed before; so a message of one cache line moves by one cache line. A batch
/// is published by its first header, which is stored last.
/// <para>
/// That zero may lie in a line that the reader still has, and the header cannot be stored before
/// the line has come. Where records do not share lines, which is for short latency, the zero of
/// the next record is stored behind this one, ahead of time, where it belongs if both are of one
/// size. A stream of records that share lines is three times slower with that (measured).
/// </para>
/// <para>
/// The head is the only word that is read from shared memory. It is read once, must not go back,
/// must not pass what was published, and can therefore only limit.
/// </para>
/// One thread at a time. Sound: all addresses are <c>_data + (position &amp; _mask)</c>, and all
/// lengths were compared with what is left to the end of the ring.
/// </remarks>
internal sealed unsafe class LaneWriter
{
    private const int CacheLine = 64;

    private readonly byte* _data;
    private readonly long* _head;
    private readonly long _mask;
    private readonly int _alignmentMask;
    private readonly int _lengthMax;
    private readonly bool _zeroesAhead;
    private long _tail;
    private long _limit;
    private long _headSeen;
    private long _published;
    private ulong _firstHeader;
    private long _zeroedAt = -1;
    private long _claimedAt;
    private int _claimedLength = -1;
    private bool _isBatch;

    /// <param name="data">The ring.</param>
    /// <param name="head">The reader's cursor.</param>
    /// <param name="geometry">Checked sizes.</param>
    /// <exception cref="SharedChannelException">The ring is corrupt.</exception>
    public LaneWriter(byte* data, long* head, in ChannelGeometry geometry)
    {
        _data = data;
        _head = head;
        _mask = geometry.Capacity - 1;
        _alignmentMask = geometry.Alignment - 1;
        _lengthMax = geometry.MessageLengthMax;
        _zeroesAhead = geometry.Alignment >= CacheLine;
        Resume();
    }

    /// <summary>How many messages were committed here.</summary>
    public ChannelCounters Counters { get; } = new();

    /// <summary>The longest message.</summary>
    public int MessageLengthMax => _lengthMax;

    // One place stays free for the zero behind the last record.
    private long Limit => _headSeen + _mask - _alignmentMask;

    /// <summary>Whether a claim was neither committed nor abandoned.</summary>
    public bool HasClaim => _claimedLength >= 0;

    public bool IsBatch => _isBatch;

    /// <summary>Everything before was published.</summary>
    public long Published => _isBatch ? _published : _tail;

    /// <summary>Writes a message, if there is room for it.</summary>
    /// <returns>False: no room, or it needs <see cref="TryClaim"/> because it does not fit
    /// before the ring's end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteFast(ReadOnlySpan<byte> message)
    {
        long tail = _tail;
        long offset = tail & _mask;
        long size = (message.Length + (long)ChannelLayout.RecordHeaderSize + _alignmentMask)
            & ~(long)_alignmentMask;
        long end = tail + size;
        if (end > _limit || offset + size > _mask + 1 || message.Length > _lengthMax)
            return false;

        byte* record = _data + offset;
        message.CopyTo(new Span<byte>(record + ChannelLayout.RecordHeaderSize, message.Length));
        Seal((ulong*)record, RecordHeader.ForData(tail, message.Length), end);
        return true;
    }

    /// <summary>Whether a message of a length would find room now.</summary>
    public bool HasRoom(int length) => TryReserve(SizeOf(length), out _);

    /// <summary>Takes room for a message; nobody sees it before it is committed.</summary>
    public bool TryClaim(int length, out Span<byte> room)
    {
        room = default;
        if (!TryReserve(SizeOf(length), out long at))
            return false;

        Claim(at, length);
        room = new Span<byte>(Payload(at), length);
        return true;
    }

    /// <summary>
    /// Makes the claim longer where it is, or elsewhere with what was filled of it.
    /// </summary>
    /// <param name="length">The length wanted; not less than before.</param>
    /// <param name="filled">How many bytes must be kept.</param>
    /// <param name="room">All of the claim.</param>
    public bool TryGrow(int length, int filled, out Span<byte> room)
    {
        room = default;
        if (!TryReserve(SizeOf(length), out long at))
            return false;

        if (at != _claimedAt)
            Buffer.MemoryCopy(Payload(_claimedAt), Payload(at), length, filled);
        Claim(at, length);
        room = new Span<byte>(Payload(at), length);
        return true;
    }

    /// <summary>Offset in the ring of the claim's first byte.</summary>
    public int ClaimOffset =>
        (int)(_claimedAt & _mask) + ChannelLayout.RecordHeaderSize;

    public int ClaimLength => _claimedLength;

    /// <summary>Makes the claim a message of its first bytes.</summary>
    public void Commit(int length)
    {
        if ((uint)length > (uint)_claimedLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, "More than was claimed.");

        long at = _claimedAt;
        long end = at + SizeOf(length);
        ulong header = RecordHeader.ForData(at, length);
        Abandon();
        if (at == _tail)
        {
            Seal(Slot(at), header, end);
            return;
        }

        // The padding is the first of two that appear together.
        long tail = _tail;
        *Slot(at) = header;
        long padding = at - tail - ChannelLayout.RecordHeaderSize;
        Seal(Slot(tail), RecordHeader.ForPadding(tail, padding), end);
    }

    /// <summary>Gives the claim up.</summary>
    public void Abandon()
    {
        _claimedLength = -1;
        SetLimit();
    }

    /// <summary>What is committed from now on appears with <see cref="Publish"/>.</summary>
    public void BeginBatch()
    {
        _published = _tail;
        _isBatch = true;
    }

    /// <summary>Ends the batch; all of it appears at once.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Publish()
    {
        _isBatch = false;
        if (_published == _tail)
            return false;

        *Slot(_tail) = 0;
        Volatile.Write(ref *Slot(_published), _firstHeader);
        return true;
    }

    /// <summary>The next write looks again at everything.</summary>
    public void ForgetRoom() => _limit = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Seal(ulong* slot, ulong header, long end)
    {
        if (_isBatch)
        {
            SealInBatch(slot, header);
        }
        else
        {
            if (end != _zeroedAt)
                *Slot(end) = 0;
            Volatile.Write(ref *slot, header);
            ZeroAhead(end + (end - _tail));
        }

        _tail = end;
        Counters.Messages++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ZeroAhead(long position)
    {
        if (!_zeroesAhead || position > _limit)
            return;

        *Slot(position) = 0;
        _zeroedAt = position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SealInBatch(ulong* slot, ulong header)
    {
        if (_tail == _published)
            _firstHeader = header;
        else
            *slot = header;
    }

    private bool TryReserve(long size, out long at)
    {
        long rest = _mask + 1 - (_tail & _mask);
        at = size > rest ? _tail + rest : _tail;
        if (at + size <= _limit)
            return true;

        long head = Volatile.Read(ref *_head);
        if (head < _headSeen || head > Published || (head & _alignmentMask) != 0)
            ThrowHead(head);
        _headSeen = head;
        if (!HasClaim)
            SetLimit();
        return at + size <= Limit;
    }

    private void SetLimit() => _limit = Limit;

    private void Claim(long at, int length)
    {
        _claimedAt = at;
        _claimedLength = length;

        // So the fast path sees that there is a claim. What is filled may cover the zero.
        _limit = 0;
        _zeroedAt = -1;
    }

    // What a writer before this one has published is found record by record.
    private void Resume()
    {
        long head = Volatile.Read(ref *_head);
        if (head < 0 || head > long.MaxValue / 2 || (head & _alignmentMask) != 0)
            ThrowHead(head);

        long position = head;
        while (true)
        {
            ulong header = Volatile.Read(ref *Slot(position));
            if (header == 0)
                break;

            long size = SizeOf((uint)header);
            var mark = (uint)(header >> 32);
            bool isKnown = mark == RecordHeader.DataMark(position)
                || mark == RecordHeader.PaddingMark(position);
            if (!isKnown
                || (position & _mask) + size > _mask + 1
                || position + size - head > _mask - _alignmentMask)
            {
                throw new SharedChannelException(
                    "records", $"the ring is corrupt at position {position}");
            }

            position += size;
        }

        _headSeen = head;
        _tail = position;
    }

    [DoesNotReturn]
    private void ThrowHead(long head) => throw new SharedChannelException(
        "head",
        $"the reader's cursor is {head}; it was {_headSeen}, and {Published} was published");

    private long SizeOf(long length) =>
        (length + ChannelLayout.RecordHeaderSize + _alignmentMask) & ~(long)_alignmentMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Slot(long position) => (ulong*)(_data + (position & _mask));

    private byte* Payload(long position) =>
        _data + (position & _mask) + ChannelLayout.RecordHeaderSize;
}
