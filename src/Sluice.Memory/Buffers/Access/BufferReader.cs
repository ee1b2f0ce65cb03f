using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Reads a span front to back: the fastest way to read a buffer's bytes.</summary>
/// <remarks>
/// The reader looks at the span alone, so the checks of its buffer are made once, when it is
/// created. It must not be used after that buffer is disposed. Reading beyond the end throws
/// <see cref="BufferUnderflowException"/>, and nothing has changed then. A copy of a reader goes
/// its own way.
/// </remarks>
/// <example>
/// <code>
/// var reader = new BufferReader(buffer.RemainingSpan);
/// int length = reader.ReadInt32();
/// buffer.Advance(reader.Position);
/// </code>
/// </example>
public ref struct BufferReader
{
    private readonly ReadOnlySpan<byte> _span;
    private int _position;

    /// <summary>Begins to read.</summary>
    /// <param name="span">The bytes to read.</param>
    public BufferReader(ReadOnlySpan<byte> span) => _span = span;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>The bytes that are left.</summary>
    public readonly ReadOnlySpan<byte> RemainingSpan => _span[_position..];

    /// <summary>Goes on without reading what is skipped.</summary>
    /// <param name="count">Bytes, at most <see cref="Remaining"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than are left.</exception>
    public void Advance(int count)
    {
        if ((uint)count > (uint)Remaining)
            BufferThrow.OutOfRange(nameof(count), _position, count, _span.Length);
        _position += count;
    }

    /// <summary>Reads bytes without a copy.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        int position = _position;
        if ((uint)count > (uint)(_span.Length - position))
            ReadFails(count, _span.Length - position);

        _position = position + count;
        return MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), (nint)(uint)position), count);
    }

    /// <summary>Reads a byte as a truth value: only zero is false.</summary>
    public bool ReadBoolean() => Read<byte>() != 0;

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => Read<byte>();

    /// <summary>Reads a signed byte.</summary>
    public sbyte ReadSByte() => Read<sbyte>();

    /// <summary>Reads a 16-bit signed integer, big-endian.</summary>
    public short ReadInt16() => ByteOrder.BigEndian(Read<short>());

    /// <summary>Reads a 16-bit signed integer, little-endian.</summary>
    public short ReadInt16LittleEndian() => ByteOrder.LittleEndian(Read<short>());

    /// <summary>Reads a 16-bit unsigned integer, big-endian.</summary>
    public ushort ReadUInt16() => ByteOrder.BigEndian(Read<ushort>());

    /// <summary>Reads a 16-bit unsigned integer, little-endian.</summary>
    public ushort ReadUInt16LittleEndian() => ByteOrder.LittleEndian(Read<ushort>());

    /// <summary>Reads a 32-bit signed integer, big-endian.</summary>
    public int ReadInt32() => ByteOrder.BigEndian(Read<int>());

    /// <summary>Reads a 32-bit signed integer, little-endian.</summary>
    public int ReadInt32LittleEndian() => ByteOrder.LittleEndian(Read<int>());

    /// <summary>Reads a 32-bit unsigned integer, big-endian.</summary>
    public uint ReadUInt32() => ByteOrder.BigEndian(Read<uint>());

    /// <summary>Reads a 32-bit unsigned integer, little-endian.</summary>
    public uint ReadUInt32LittleEndian() => ByteOrder.LittleEndian(Read<uint>());

    /// <summary>Reads a 64-bit signed integer, big-endian.</summary>
    public long ReadInt64() => ByteOrder.BigEndian(Read<long>());

    /// <summary>Reads a 64-bit signed integer, little-endian.</summary>
    public long ReadInt64LittleEndian() => ByteOrder.LittleEndian(Read<long>());

    /// <summary>Reads a 64-bit unsigned integer, big-endian.</summary>
    public ulong ReadUInt64() => ByteOrder.BigEndian(Read<ulong>());

    /// <summary>Reads a 64-bit unsigned integer, little-endian.</summary>
    public ulong ReadUInt64LittleEndian() => ByteOrder.LittleEndian(Read<ulong>());

    /// <summary>Reads a 128-bit signed integer, big-endian.</summary>
    public Int128 ReadInt128() => ByteOrder.BigEndian(Read<Int128>());

    /// <summary>Reads a 128-bit signed integer, little-endian.</summary>
    public Int128 ReadInt128LittleEndian() => ByteOrder.LittleEndian(Read<Int128>());

    /// <summary>Reads a 128-bit unsigned integer, big-endian.</summary>
    public UInt128 ReadUInt128() => ByteOrder.BigEndian(Read<UInt128>());

    /// <summary>Reads a 128-bit unsigned integer, little-endian.</summary>
    public UInt128 ReadUInt128LittleEndian() => ByteOrder.LittleEndian(Read<UInt128>());

    /// <summary>Reads a UTF-16 code unit, big-endian.</summary>
    public char ReadChar() => ByteOrder.BigEndian(Read<char>());

    /// <summary>Reads a UTF-16 code unit, little-endian.</summary>
    public char ReadCharLittleEndian() => ByteOrder.LittleEndian(Read<char>());

    /// <summary>Reads a 16-bit floating-point number, big-endian.</summary>
    public Half ReadHalf() => ByteOrder.BigEndian(Read<Half>());

    /// <summary>Reads a 16-bit floating-point number, little-endian.</summary>
    public Half ReadHalfLittleEndian() => ByteOrder.LittleEndian(Read<Half>());

    /// <summary>Reads a 32-bit floating-point number, big-endian.</summary>
    public float ReadSingle() => ByteOrder.BigEndian(Read<float>());

    /// <summary>Reads a 32-bit floating-point number, little-endian.</summary>
    public float ReadSingleLittleEndian() => ByteOrder.LittleEndian(Read<float>());

    /// <summary>Reads a 64-bit floating-point number, big-endian.</summary>
    public double ReadDouble() => ByteOrder.BigEndian(Read<double>());

    /// <summary>Reads a 64-bit floating-point number, little-endian.</summary>
    public double ReadDoubleLittleEndian() => ByteOrder.LittleEndian(Read<double>());

    /// <summary>Reads a GUID in the byte order of RFC 9562: as it is written, big-endian.</summary>
    public Guid ReadGuid() => ByteOrder.ToGuid(Read<UInt128>(), isBigEndian: true);

    /// <summary>Reads a GUID in the mixed byte order of <see cref="Guid.ToByteArray()"/>.</summary>
    public Guid ReadGuidLittleEndian() => ByteOrder.ToGuid(Read<UInt128>(), isBigEndian: false);

    // Sound because the difference of length and position is never negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Read<T>()
        where T : unmanaged
    {
        int position = _position;
        if (_span.Length - position < Unsafe.SizeOf<T>())
            ReadFails(Unsafe.SizeOf<T>(), _span.Length - position);

        _position = position + Unsafe.SizeOf<T>();
        return Unsafe.ReadUnaligned<T>(
            ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), (nint)(uint)position));
    }

    // Static: a call with a reference to the reader would keep it out of registers.
    private static void ReadFails(int count, int left)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        BufferThrow.Underflow(count, left);
    }
}
