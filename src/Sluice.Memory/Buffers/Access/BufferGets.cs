namespace Sluice.Memory;

/// <summary>Reads numbers at an index, whatever the position is.</summary>
/// <remarks>
/// Each throws <see cref="ArgumentOutOfRangeException"/> if the number is not wholly within the
/// limit, and <see cref="ObjectDisposedException"/> after the dispose.
/// </remarks>
public static class BufferGets
{
    /// <summary>Gets a byte at an index as a truth value: only zero is false.</summary>
    public static bool GetBoolean(this PlatformBuffer buffer, int index) =>
        buffer.Get<byte>(index) != 0;

    /// <summary>Gets a byte at an index.</summary>
    public static byte GetByte(this PlatformBuffer buffer, int index) =>
        buffer.Get<byte>(index);

    /// <summary>Gets a signed byte at an index.</summary>
    public static sbyte GetSByte(this PlatformBuffer buffer, int index) =>
        buffer.Get<sbyte>(index);

    /// <summary>Gets a 16-bit signed integer, big-endian, at an index.</summary>
    public static short GetInt16(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<short>(index));

    /// <summary>Gets a 16-bit signed integer, little-endian, at an index.</summary>
    public static short GetInt16LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<short>(index));

    /// <summary>Gets a 16-bit unsigned integer, big-endian, at an index.</summary>
    public static ushort GetUInt16(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<ushort>(index));

    /// <summary>Gets a 16-bit unsigned integer, little-endian, at an index.</summary>
    public static ushort GetUInt16LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<ushort>(index));

    /// <summary>Gets a 32-bit signed integer, big-endian, at an index.</summary>
    public static int GetInt32(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<int>(index));

    /// <summary>Gets a 32-bit signed integer, little-endian, at an index.</summary>
    public static int GetInt32LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<int>(index));

    /// <summary>Gets a 32-bit unsigned integer, big-endian, at an index.</summary>
    public static uint GetUInt32(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<uint>(index));

    /// <summary>Gets a 32-bit unsigned integer, little-endian, at an index.</summary>
    public static uint GetUInt32LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<uint>(index));

    /// <summary>Gets a 64-bit signed integer, big-endian, at an index.</summary>
    public static long GetInt64(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<long>(index));

    /// <summary>Gets a 64-bit signed integer, little-endian, at an index.</summary>
    public static long GetInt64LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<long>(index));

    /// <summary>Gets a 64-bit unsigned integer, big-endian, at an index.</summary>
    public static ulong GetUInt64(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<ulong>(index));

    /// <summary>Gets a 64-bit unsigned integer, little-endian, at an index.</summary>
    public static ulong GetUInt64LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<ulong>(index));

    /// <summary>Gets a 128-bit signed integer, big-endian, at an index.</summary>
    public static Int128 GetInt128(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<Int128>(index));

    /// <summary>Gets a 128-bit signed integer, little-endian, at an index.</summary>
    public static Int128 GetInt128LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<Int128>(index));

    /// <summary>Gets a 128-bit unsigned integer, big-endian, at an index.</summary>
    public static UInt128 GetUInt128(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<UInt128>(index));

    /// <summary>Gets a 128-bit unsigned integer, little-endian, at an index.</summary>
    public static UInt128 GetUInt128LittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<UInt128>(index));

    /// <summary>Gets a UTF-16 code unit, big-endian, at an index.</summary>
    public static char GetChar(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<char>(index));

    /// <summary>Gets a UTF-16 code unit, little-endian, at an index.</summary>
    public static char GetCharLittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<char>(index));

    /// <summary>Gets a 16-bit floating-point number, big-endian, at an index.</summary>
    public static Half GetHalf(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<Half>(index));

    /// <summary>Gets a 16-bit floating-point number, little-endian, at an index.</summary>
    public static Half GetHalfLittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<Half>(index));

    /// <summary>Gets a 32-bit floating-point number, big-endian, at an index.</summary>
    public static float GetSingle(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<float>(index));

    /// <summary>Gets a 32-bit floating-point number, little-endian, at an index.</summary>
    public static float GetSingleLittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<float>(index));

    /// <summary>Gets a 64-bit floating-point number, big-endian, at an index.</summary>
    public static double GetDouble(this PlatformBuffer buffer, int index) =>
        ByteOrder.BigEndian(buffer.Get<double>(index));

    /// <summary>Gets a 64-bit floating-point number, little-endian, at an index.</summary>
    public static double GetDoubleLittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.LittleEndian(buffer.Get<double>(index));

    /// <summary>Gets a GUID in the byte order of RFC 9562 at an index.</summary>
    public static Guid GetGuid(this PlatformBuffer buffer, int index) =>
        ByteOrder.ToGuid(buffer.Get<UInt128>(index), isBigEndian: true);

    /// <summary>Gets a GUID in the mixed order of <see cref="Guid.ToByteArray()"/>.</summary>
    public static Guid GetGuidLittleEndian(this PlatformBuffer buffer, int index) =>
        ByteOrder.ToGuid(buffer.Get<UInt128>(index), isBigEndian: false);
}
