using System.Runtime.CompilerServices;
using Sluice.Diagnostics;

namespace Sluice.Ipc.Channels;

/// <summary>The writing half of a broadcast's ring; it waits for nobody.</summary>
/// <remarks>
/// <code>
///    intent ≥ tail:   before a byte is overwritten, intent says up to where; it never goes back
///    latest           where the last record begins: a place to go on for those who lost some
///    record           header | number | bytes
/// </code>
/// Its own cursors are private; it reads nothing that is shared. One thread at a time.
/// </remarks>
internal sealed unsafe class BroadcastLane
{
    private readonly byte* _data;
    private readonly byte* _words;
    private readonly long _mask;
    private readonly int _alignmentMask;
    private long _tail;
    private long _intent;
    private long _number;
    private int _claimedLength = -1;

    /// <param name="data">The ring, empty.</param>
    /// <param name="words">The page of words.</param>
    /// <param name="geometry">Checked sizes.</param>
    public BroadcastLane(byte* data, byte* words, in ChannelGeometry geometry)
    {
        _data = data;
        _words = words;
        _mask = geometry.Capacity - 1;
        _alignmentMask = geometry.Alignment - 1;
    }

    /// <summary>How many messages were committed here.</summary>
    public ChannelCounters Counters { get; } = new();

    public bool HasClaim => _claimedLength >= 0;

    /// <summary>Room for a message; what was there is lost to readers from now on.</summary>
    public Span<byte> Claim(int length)
    {
        long size = SizeOf(length);
        long rest = _mask + 1 - (_tail & _mask);
        long at = size > rest ? _tail + rest : _tail;

        // It never goes back: a claim before this one may have been longer than its message.
        _intent = Math.Max(_intent, at + size);
        Volatile.Write(ref Word(ChannelLayout.Intent), _intent);

        // The intent is there before any byte of what follows.
        Volatile.WriteBarrier();
        if (at != _tail)
        {
            *(ulong*)(_data + (_tail & _mask)) =
                RecordHeader.ForPadding(_tail, rest - ChannelLayout.RecordHeaderSize);
        }

        _claimedLength = length;
        return new Span<byte>(
            _data + (at & _mask) + ChannelLayout.BroadcastHeaderSize, length);
    }

    /// <summary>Makes the claim a message of its first bytes.</summary>
    public void Commit(int length)
    {
        if ((uint)length > (uint)_claimedLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, "More than was claimed.");

        long rest = _mask + 1 - (_tail & _mask);
        long at = SizeOf(_claimedLength) > rest ? _tail + rest : _tail;
        var record = (ulong*)(_data + (at & _mask));
        record[0] = RecordHeader.ForData(at, length);
        record[1] = (ulong)_number;
        _claimedLength = -1;
        _number++;
        Counters.Messages++;
        _tail = at + SizeOf(length);
        Volatile.Write(ref Word(ChannelLayout.Tail), _tail);

        // Last, so that nobody who goes there is ahead of the tail.
        Volatile.Write(ref Word(ChannelLayout.Latest), at);
    }

    public void Abandon() => _claimedLength = -1;

    private long SizeOf(int length) =>
        ((long)length + ChannelLayout.BroadcastHeaderSize + _alignmentMask)
            & ~(long)_alignmentMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Word(int offset) => ref *(long*)(_words + offset);
}
