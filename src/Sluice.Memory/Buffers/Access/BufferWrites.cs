namespace Sluice.Memory;

/// <summary>Writes numbers at the position, which moves behind them.</summary>
/// <remarks>
/// Each throws <see cref="BufferOverflowException"/> if less room remains, and <see
/// cref="ObjectDisposedException"/> after the dispose; nothing has changed then.
/// </remarks>
public static class BufferWrites
{
    /// <summary>Writes a truth value as a byte, 1 or 0.</summary>
    public static void WriteBoolean(this PlatformBuffer buffer, bool value) =>
        buffer.Write((byte)(value ? 1 : 0));

    /// <summary>Writes a byte.</summary>
    public static void WriteByte(this PlatformBuffer buffer, byte value) =>
        buffer.Write(value);

    /// <summary>Writes a signed byte.</summary>
    public static void WriteSByte(this PlatformBuffer buffer, sbyte value) =>
        buffer.Write(value);

    /// <summary>Writes a 16-bit signed integer, big-endian.</summary>
    public static void WriteInt16(this PlatformBuffer buffer, short value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit signed integer, little-endian.</summary>
    public static void WriteInt16LittleEndian(this PlatformBuffer buffer, short value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 16-bit unsigned integer, big-endian.</summary>
    public static void WriteUInt16(this PlatformBuffer buffer, ushort value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit unsigned integer, little-endian.</summary>
    public static void WriteUInt16LittleEndian(this PlatformBuffer buffer, ushort value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit signed integer, big-endian.</summary>
    public static void WriteInt32(this PlatformBuffer buffer, int value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit signed integer, little-endian.</summary>
    public static void WriteInt32LittleEndian(this PlatformBuffer buffer, int value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit unsigned integer, big-endian.</summary>
    public static void WriteUInt32(this PlatformBuffer buffer, uint value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit unsigned integer, little-endian.</summary>
    public static void WriteUInt32LittleEndian(this PlatformBuffer buffer, uint value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit signed integer, big-endian.</summary>
    public static void WriteInt64(this PlatformBuffer buffer, long value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit signed integer, little-endian.</summary>
    public static void WriteInt64LittleEndian(this PlatformBuffer buffer, long value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit unsigned integer, big-endian.</summary>
    public static void WriteUInt64(this PlatformBuffer buffer, ulong value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit unsigned integer, little-endian.</summary>
    public static void WriteUInt64LittleEndian(this PlatformBuffer buffer, ulong value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 128-bit signed integer, big-endian.</summary>
    public static void WriteInt128(this PlatformBuffer buffer, Int128 value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 128-bit signed integer, little-endian.</summary>
    public static void WriteInt128LittleEndian(this PlatformBuffer buffer, Int128 value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 128-bit unsigned integer, big-endian.</summary>
    public static void WriteUInt128(this PlatformBuffer buffer, UInt128 value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 128-bit unsigned integer, little-endian.</summary>
    public static void WriteUInt128LittleEndian(this PlatformBuffer buffer, UInt128 value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a UTF-16 code unit, big-endian.</summary>
    public static void WriteChar(this PlatformBuffer buffer, char value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a UTF-16 code unit, little-endian.</summary>
    public static void WriteCharLittleEndian(this PlatformBuffer buffer, char value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 16-bit floating-point number, big-endian.</summary>
    public static void WriteHalf(this PlatformBuffer buffer, Half value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 16-bit floating-point number, little-endian.</summary>
    public static void WriteHalfLittleEndian(this PlatformBuffer buffer, Half value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 32-bit floating-point number, big-endian.</summary>
    public static void WriteSingle(this PlatformBuffer buffer, float value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 32-bit floating-point number, little-endian.</summary>
    public static void WriteSingleLittleEndian(this PlatformBuffer buffer, float value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>Writes a 64-bit floating-point number, big-endian.</summary>
    public static void WriteDouble(this PlatformBuffer buffer, double value) =>
        buffer.Write(ByteOrder.BigEndian(value));

    /// <summary>Writes a 64-bit floating-point number, little-endian.</summary>
    public static void WriteDoubleLittleEndian(this PlatformBuffer buffer, double value) =>
        buffer.Write(ByteOrder.LittleEndian(value));

    /// <summary>
    /// Writes a GUID in the byte order of RFC 9562: as it is written, big-endian.
    /// </summary>
    public static void WriteGuid(this PlatformBuffer buffer, Guid value) =>
        buffer.Write(ByteOrder.FromGuid(value, isBigEndian: true));

    /// <summary>
    /// Writes a GUID in the mixed byte order of <see cref="Guid.ToByteArray()"/>.
    /// </summary>
    public static void WriteGuidLittleEndian(this PlatformBuffer buffer, Guid value) =>
        buffer.Write(ByteOrder.FromGuid(value, isBigEndian: false));
}
