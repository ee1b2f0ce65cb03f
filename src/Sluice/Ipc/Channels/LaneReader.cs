using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Diagnostics;

namespace Sluice.Ipc.Channels;

/// <summary>
/// The reading half of a ring: look, use in place, advance. It knows nothing of waits and peers.
/// </summary>
/// <remarks>
/// Nothing of the ring is trusted. A header is read once; its stamp, its kind, its length against
/// the end of the ring and against what the ring can hold are checked before anything is used.
/// One thread at a time. Sound for the reasons of <see cref="LaneWriter"/>.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LaneReader
{
    private readonly byte* _data;
    private readonly long* _head;
    private readonly WakeWord _writerWake;
    private readonly long _mask;
    private readonly int _alignmentMask;
    private readonly int _lengthMax;
    private long _next;
    private long _released;

    /// <param name="data">The ring.</param>
    /// <param name="head">This side's cursor; it says where a reader before this one was.</param>
    /// <param name="writerWake">Where the writer waits for room.</param>
    /// <param name="geometry">Checked sizes.</param>
    /// <exception cref="SharedChannelException">The cursor is corrupt.</exception>
    public LaneReader(byte* data, long* head, uint* writerWake, in ChannelGeometry geometry)
    {
        _writerWake = new WakeWord(writerWake);
        _data = data;
        _head = head;
        _mask = geometry.Capacity - 1;
        _alignmentMask = geometry.Alignment - 1;
        _lengthMax = geometry.MessageLengthMax;
        long position = Volatile.Read(ref *head);
        if (position < 0 || position > long.MaxValue / 2 || (position & _alignmentMask) != 0)
            throw new SharedChannelException("head", $"the reader's cursor is {position}");
        _next = _released = position;
    }

    /// <summary>How many messages were read here.</summary>
    public ChannelCounters Counters { get; } = new();

    /// <summary>What <see cref="TryRead"/> refused; it answers no until <see cref="Reset"/>.
    /// </summary>
    public SharedChannelException? Fault { get; private set; }

    /// <summary>Whether anything was read and not given back.</summary>
    public bool HasRead => _next != _released;

    /// <summary>Whether so much was read and not given back that the writer may lack it.</summary>
    public bool HoldsMuch => _next - _released > _mask >> 3;

    /// <summary>Whether there is something, sound or not.</summary>
    public bool HasNext
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref *Slot(_next)) != 0;
    }

    /// <summary>The next message, in place until <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(out ReadOnlySpan<byte> message)
    {
        long next = _next;
        ulong* slot = Slot(next);
        ulong header = Volatile.Read(ref *slot);
        if (header == 0)
        {
            message = default;
            return false;
        }

        var length = (uint)header;
        long end = next + SizeOf(length);
        if ((uint)(header >> 32) != RecordHeader.DataMark(next) || !IsWithin(next, end, length))
            return TryReadOther(header, out message);

        _next = end;
        Counters.Messages++;
        message = new ReadOnlySpan<byte>(
            (byte*)slot + ChannelLayout.RecordHeaderSize, (int)length);
        return true;
    }

    /// <summary>Offset in the ring of a message that was read.</summary>
    public int OffsetOf(ReadOnlySpan<byte> message) => (int)Unsafe.ByteOffset(
        ref Unsafe.AsRef<byte>(_data), ref MemoryMarshal.GetReference(message));

    /// <summary>Gives back everything that was read.</summary>
    /// <returns>Whether the writer may have to be woken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Advance()
    {
        _released = _next;
        Volatile.Write(ref *_head, _next);
        return _writerWake.IsSet;
    }

    /// <summary>An empty ring at its start, for a writer that comes after a corrupt one.</summary>
    public void Reset()
    {
        Fault = null;
        *Slot(0) = 0;
        _next = _released = 0;
        Volatile.Write(ref *_head, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWithin(long next, long end, uint length) =>
        length <= (uint)_lengthMax
        && (next & _mask) + (end - next) <= _mask + 1
        && end - _released <= _mask - _alignmentMask;

    private bool TryReadOther(ulong header, out ReadOnlySpan<byte> message)
    {
        long next = _next;
        var length = (uint)header;
        var mark = (uint)(header >> 32);
        message = default;
        if (mark == RecordHeader.DataMark(next))
        {
            Fault = new SharedChannelException(
                "length", $"a record of {length} bytes does not fit at position {next}");
            return false;
        }

        if (mark != RecordHeader.PaddingMark(next))
        {
            Fault = new SharedChannelException(
                "header", $"no record begins so at position {next}: {header:X16}");
            return false;
        }

        // Padding reaches to the end of the ring, and never fills it.
        long rest = _mask + 1 - (next & _mask);
        if (SizeOf(length) != rest || next + rest - _released > _mask - _alignmentMask)
        {
            Fault = new SharedChannelException(
                "padding", $"padding of {length} bytes does not fit at position {next}");
            return false;
        }

        // At the ring's start the rest is the capacity, so this does not go round again.
        _next = next + rest;
        return TryRead(out message);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long SizeOf(uint length) =>
        ((long)length + ChannelLayout.RecordHeaderSize + _alignmentMask)
            & ~(long)_alignmentMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Slot(long position) => (ulong*)(_data + (position & _mask));
}
