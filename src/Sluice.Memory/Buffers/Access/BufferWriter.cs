using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Writes a span front to back: the fastest way to fill a buffer.</summary>
/// <remarks>
/// The writer looks at the span alone, so the checks of its buffer are made once, when it is
/// created. It must not be used after that buffer is disposed. Writing beyond the end throws
/// <see cref="BufferOverflowException"/>, and nothing has changed then. A copy of a writer goes
/// its own way.
/// </remarks>
/// <example>
/// <code>
/// var writer = new BufferWriter(buffer.RemainingSpan);
/// writer.WriteInt32(42);
/// buffer.Advance(writer.Position);
/// </code>
/// </example>
public ref struct BufferWriter
{
    private readonly Span<byte> _span;
    private int _position;

    /// <summary>Begins to write.</summary>
    /// <param name="span">The room to fill.</param>
    public BufferWriter(Span<byte> span) => _span = span;

    /// <summary>How many bytes were written.</summary>
    public readonly int Position => _position;

    /// <summary>How many bytes of room are left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>The room that is left.</summary>
    public readonly Span<byte> RemainingSpan => _span[_position..];

    /// <summary>Goes on without writing what is skipped.</summary>
    /// <param name="count">Bytes, at most <see cref="Remaining"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than are left.</exception>
    public void Advance(int count)
    {
        if ((uint)count > (uint)Remaining)
            BufferThrow.OutOfRange(nameof(count), _position, count, _span.Length);
        _position += count;
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="bytes">The bytes; they may overlap the room.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBytes(scoped ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes a truth value as a byte, 1 or 0.</summary>
    public void WriteBoolean(bool value) => Write((byte)(value ? 1 : 0));

    /// <summary>Writes a byte.</summary>
    public void WriteByte(byte value) => Write<byte>(value);

    /// <summary>Writes a signed byte.</summary>
    public void WriteSByte(sbyte value) => Write<sbyte>(value);

    /// <summary>Writes a 16-bit signed integer, big-endian.</summary>
    public void WriteInt16(short value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit signed integer, little-endian.</summary>
    public void WriteInt16LittleEndian(short value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 16-bit unsigned integer, big-endian.</summary>
    public void WriteUInt16(ushort value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit unsigned integer, little-endian.</summary>
    public void WriteUInt16LittleEndian(ushort value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit signed integer, big-endian.</summary>
    public void WriteInt32(int value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit signed integer, little-endian.</summary>
    public void WriteInt32LittleEndian(int value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit unsigned integer, big-endian.</summary>
    public void WriteUInt32(uint value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit unsigned integer, little-endian.</summary>
    public void WriteUInt32LittleEndian(uint value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit signed integer, big-endian.</summary>
    public void WriteInt64(long value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit signed integer, little-endian.</summary>
    public void WriteInt64LittleEndian(long value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit unsigned integer, big-endian.</summary>
    public void WriteUInt64(ulong value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit unsigned integer, little-endian.</summary>
    public void WriteUInt64LittleEndian(ulong value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 128-bit signed integer, big-endian.</summary>
    public void WriteInt128(Int128 value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 128-bit signed integer, little-endian.</summary>
    public void WriteInt128LittleEndian(Int128 value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 128-bit unsigned integer, big-endian.</summary>
    public void WriteUInt128(UInt128 value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 128-bit unsigned integer, little-endian.</summary>
    public void WriteUInt128LittleEndian(UInt128 value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a UTF-16 code unit, big-endian.</summary>
    public void WriteChar(char value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a UTF-16 code unit, little-endian.</summary>
    public void WriteCharLittleEndian(char value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 16-bit floating-point number, big-endian.</summary>
    public void WriteHalf(Half value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit floating-point number, little-endian.</summary>
    public void WriteHalfLittleEndian(Half value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit floating-point number, big-endian.</summary>
    public void WriteSingle(float value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit floating-point number, little-endian.</summary>
    public void WriteSingleLittleEndian(float value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit floating-point number, big-endian.</summary>
    public void WriteDouble(double value) => Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit floating-point number, little-endian.</summary>
    public void WriteDoubleLittleEndian(double value) => Write(ByteOrder.LittleEndian(value));

    /// <summary>
    /// Writes a GUID in the byte order of RFC 9562: as it is written, big-endian.
    /// </summary>
    public void WriteGuid(Guid value) => Write(ByteOrder.FromGuid(value, isBigEndian: true));

    /// <summary>
    /// Writes a GUID in the mixed byte order of <see cref="Guid.ToByteArray()"/>.
    /// </summary>
    public void WriteGuidLittleEndian(Guid value) =>
        Write(ByteOrder.FromGuid(value, isBigEndian: false));

    /// <summary>The next room to fill; the position is behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Take(int count)
    {
        int position = _position;
        if ((uint)count > (uint)(_span.Length - position))
            WriteFails(count, _span.Length - position);

        _position = position + count;
        return MemoryMarshal.CreateSpan(
            ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), (nint)(uint)position), count);
    }

    // Sound because the difference of length and position is never negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write<T>(T value)
        where T : unmanaged
    {
        int position = _position;
        if (_span.Length - position < Unsafe.SizeOf<T>())
            WriteFails(Unsafe.SizeOf<T>(), _span.Length - position);

        _position = position + Unsafe.SizeOf<T>();
        Unsafe.WriteUnaligned(
            ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), (nint)(uint)position), value);
    }

    // Static: a call with a reference to the writer would keep it out of registers.
    private static void WriteFails(int count, int left)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        BufferThrow.Overflow(count, left);
    }
}
