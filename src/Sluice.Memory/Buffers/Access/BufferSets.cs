namespace Sluice.Memory;

/// <summary>Writes numbers at an index, whatever the position is.</summary>
/// <remarks>
/// Each throws <see cref="ArgumentOutOfRangeException"/> if the number is not wholly within the
/// limit, and <see cref="ObjectDisposedException"/> after the dispose; nothing has changed
/// then.
/// </remarks>
public static class BufferSets
{
    /// <summary>Sets a truth value as a byte, 1 or 0, at an index.</summary>
    public static void SetBoolean(this PlatformBuffer buffer, int index, bool value) =>
        buffer.Set(index, (byte)(value ? 1 : 0));

    /// <summary>Sets a byte at an index.</summary>
    public static void SetByte(this PlatformBuffer buffer, int index, byte value) =>
        buffer.Set(index, value);

    /// <summary>Sets a signed byte at an index.</summary>
    public static void SetSByte(this PlatformBuffer buffer, int index, sbyte value) =>
        buffer.Set(index, value);

    /// <summary>Sets a 16-bit signed integer, big-endian, at an index.</summary>
    public static void SetInt16(this PlatformBuffer buffer, int index, short value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 16-bit signed integer, little-endian, at an index.</summary>
    public static void SetInt16LittleEndian(this PlatformBuffer buffer, int index, short value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 16-bit unsigned integer, big-endian, at an index.</summary>
    public static void SetUInt16(this PlatformBuffer buffer, int index, ushort value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 16-bit unsigned integer, little-endian, at an index.</summary>
    public static void SetUInt16LittleEndian(this PlatformBuffer buffer, int index, ushort value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 32-bit signed integer, big-endian, at an index.</summary>
    public static void SetInt32(this PlatformBuffer buffer, int index, int value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 32-bit signed integer, little-endian, at an index.</summary>
    public static void SetInt32LittleEndian(this PlatformBuffer buffer, int index, int value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 32-bit unsigned integer, big-endian, at an index.</summary>
    public static void SetUInt32(this PlatformBuffer buffer, int index, uint value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 32-bit unsigned integer, little-endian, at an index.</summary>
    public static void SetUInt32LittleEndian(this PlatformBuffer buffer, int index, uint value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 64-bit signed integer, big-endian, at an index.</summary>
    public static void SetInt64(this PlatformBuffer buffer, int index, long value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 64-bit signed integer, little-endian, at an index.</summary>
    public static void SetInt64LittleEndian(this PlatformBuffer buffer, int index, long value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 64-bit unsigned integer, big-endian, at an index.</summary>
    public static void SetUInt64(this PlatformBuffer buffer, int index, ulong value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 64-bit unsigned integer, little-endian, at an index.</summary>
    public static void SetUInt64LittleEndian(this PlatformBuffer buffer, int index, ulong value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 128-bit signed integer, big-endian, at an index.</summary>
    public static void SetInt128(this PlatformBuffer buffer, int index, Int128 value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 128-bit signed integer, little-endian, at an index.</summary>
    public static void SetInt128LittleEndian(this PlatformBuffer buffer, int index, Int128 value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 128-bit unsigned integer, big-endian, at an index.</summary>
    public static void SetUInt128(this PlatformBuffer buffer, int index, UInt128 value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 128-bit unsigned integer, little-endian, at an index.</summary>
    public static void SetUInt128LittleEndian(
        this PlatformBuffer buffer, int index, UInt128 value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a UTF-16 code unit, big-endian, at an index.</summary>
    public static void SetChar(this PlatformBuffer buffer, int index, char value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a UTF-16 code unit, little-endian, at an index.</summary>
    public static void SetCharLittleEndian(this PlatformBuffer buffer, int index, char value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 16-bit floating-point number, big-endian, at an index.</summary>
    public static void SetHalf(this PlatformBuffer buffer, int index, Half value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 16-bit floating-point number, little-endian, at an index.</summary>
    public static void SetHalfLittleEndian(this PlatformBuffer buffer, int index, Half value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 32-bit floating-point number, big-endian, at an index.</summary>
    public static void SetSingle(this PlatformBuffer buffer, int index, float value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 32-bit floating-point number, little-endian, at an index.</summary>
    public static void SetSingleLittleEndian(this PlatformBuffer buffer, int index, float value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a 64-bit floating-point number, big-endian, at an index.</summary>
    public static void SetDouble(this PlatformBuffer buffer, int index, double value) =>
        buffer.Set(index, ByteOrder.BigEndian(value));

    /// <summary>Sets a 64-bit floating-point number, little-endian, at an index.</summary>
    public static void SetDoubleLittleEndian(this PlatformBuffer buffer, int index, double value) =>
        buffer.Set(index, ByteOrder.LittleEndian(value));

    /// <summary>Sets a GUID in the byte order of RFC 9562 at an index.</summary>
    public static void SetGuid(this PlatformBuffer buffer, int index, Guid value) =>
        buffer.Set(index, ByteOrder.FromGuid(value, isBigEndian: true));

    /// <summary>Sets a GUID in the mixed order of <see cref="Guid.ToByteArray()"/>.</summary>
    public static void SetGuidLittleEndian(this PlatformBuffer buffer, int index, Guid value) =>
        buffer.Set(index, ByteOrder.FromGuid(value, isBigEndian: false));
}
