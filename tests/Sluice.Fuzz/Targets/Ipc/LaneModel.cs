using System.Buffers.Binary;

namespace Sluice.Fuzz.Targets.Ipc;

/// <summary>
/// What a reader of a ring must say: the record's header in the words of its drawing, without the
/// masks and shifts of the one that is fast.
/// </summary>
internal ref struct LaneModel(Span<byte> ring, int alignment, long start)
{
    private const int HeaderSize = 8;

    private readonly Span<byte> _ring = ring;
    private long _next = start;
    private long _writing = start;

    /// <summary>Up to where messages were given back.</summary>
    public long Released { get; private set; } = start;

    public readonly bool HasNext => Header(_next) != 0;

    /// <summary>A record where an honest writer would put one, but for its length.</summary>
    /// <param name="kind">0 or 1: a message. 2: padding.</param>
    /// <param name="length">Any.</param>
    public void WriteRecord(int kind, int length)
    {
        ulong stamp = (ulong)(_writing / 8) % (1 << 24);
        Write(
            (int)(_writing % _ring.Length),
            (stamp << 40) | ((kind == 2 ? 2UL : 1UL) << 32) | (uint)length);
        _writing += SizeOf((uint)length);
        if (_writing > Released + _ring.Length)
            _writing = _next;
    }

    public readonly void Write(int at, ulong word) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_ring[at..], word);

    public void Advance() => Released = _next;

    public void Reset()
    {
        Write(0, 0);
        _next = _writing = Released = 0;
    }

    /// <returns>"message", "nothing", or the check that fails.</returns>
    public (string Outcome, int Offset, int Length) Read()
    {
        while (true)
        {
            ulong header = Header(_next);
            if (header == 0)
                return ("nothing", 0, 0);

            uint length = (uint)(header % (1UL << 32));
            ulong kind = header / (1UL << 32) % 256;
            ulong stamp = header / (1UL << 40);
            if (stamp != (ulong)(_next / 8) % (1 << 24) || kind is not (1 or 2))
                return ("header", 0, 0);

            long offset = _next % _ring.Length;
            long size = SizeOf(length);
            long room = _ring.Length - offset;
            long end = _next + size;
            bool isReleasable = end - Released <= _ring.Length - alignment;
            if (kind == 1)
            {
                if (length > (_ring.Length / 2) - HeaderSize || size > room || !isReleasable)
                    return ("length", 0, 0);
                _next = end;
                return ("message", (int)offset + HeaderSize, (int)length);
            }

            if (size != room || !isReleasable)
                return ("padding", 0, 0);
            _next = end;
        }
    }

    private readonly ulong Header(long position) =>
        BinaryPrimitives.ReadUInt64LittleEndian(_ring[(int)(position % _ring.Length)..]);

    private readonly long SizeOf(uint length) =>
        ((long)length + HeaderSize + alignment - 1) / alignment * alignment;
}
