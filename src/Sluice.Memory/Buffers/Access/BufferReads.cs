namespace Sluice.Memory;

/// <summary>Reads numbers at the position, which moves behind them.</summary>
/// <remarks>
/// Each throws <see cref="BufferUnderflowException"/> if fewer bytes remain, and <see
/// cref="ObjectDisposedException"/> after the dispose; nothing has changed then.
/// </remarks>
public static class BufferReads
{
    /// <summary>Reads a byte as a truth value: only zero is false.</summary>
    public static bool ReadBoolean(this PlatformBuffer buffer) =>
        buffer.Read<byte>() != 0;

    /// <summary>Reads a byte.</summary>
    public static byte ReadByte(this PlatformBuffer buffer) =>
        buffer.Read<byte>();

    /// <summary>Reads a signed byte.</summary>
    public static sbyte ReadSByte(this PlatformBuffer buffer) =>
        buffer.Read<sbyte>();

    /// <summary>Reads a 16-bit signed integer, big-endian.</summary>
    public static short ReadInt16(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<short>());

    /// <summary>Reads a 16-bit signed integer, little-endian.</summary>
    public static short ReadInt16LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<short>());

    /// <summary>Reads a 16-bit unsigned integer, big-endian.</summary>
    public static ushort ReadUInt16(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<ushort>());

    /// <summary>Reads a 16-bit unsigned integer, little-endian.</summary>
    public static ushort ReadUInt16LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<ushort>());

    /// <summary>Reads a 32-bit signed integer, big-endian.</summary>
    public static int ReadInt32(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<int>());

    /// <summary>Reads a 32-bit signed integer, little-endian.</summary>
    public static int ReadInt32LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<int>());

    /// <summary>Reads a 32-bit unsigned integer, big-endian.</summary>
    public static uint ReadUInt32(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<uint>());

    /// <summary>Reads a 32-bit unsigned integer, little-endian.</summary>
    public static uint ReadUInt32LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<uint>());

    /// <summary>Reads a 64-bit signed integer, big-endian.</summary>
    public static long ReadInt64(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<long>());

    /// <summary>Reads a 64-bit signed integer, little-endian.</summary>
    public static long ReadInt64LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<long>());

    /// <summary>Reads a 64-bit unsigned integer, big-endian.</summary>
    public static ulong ReadUInt64(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<ulong>());

    /// <summary>Reads a 64-bit unsigned integer, little-endian.</summary>
    public static ulong ReadUInt64LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<ulong>());

    /// <summary>Reads a 128-bit signed integer, big-endian.</summary>
    public static Int128 ReadInt128(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<Int128>());

    /// <summary>Reads a 128-bit signed integer, little-endian.</summary>
    public static Int128 ReadInt128LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<Int128>());

    /// <summary>Reads a 128-bit unsigned integer, big-endian.</summary>
    public static UInt128 ReadUInt128(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<UInt128>());

    /// <summary>Reads a 128-bit unsigned integer, little-endian.</summary>
    public static UInt128 ReadUInt128LittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<UInt128>());

    /// <summary>Reads a UTF-16 code unit, big-endian.</summary>
    public static char ReadChar(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<char>());

    /// <summary>Reads a UTF-16 code unit, little-endian.</summary>
    public static char ReadCharLittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<char>());

    /// <summary>Reads a 16-bit floating-point number, big-endian.</summary>
    public static Half ReadHalf(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<Half>());

    /// <summary>Reads a 16-bit floating-point number, little-endian.</summary>
    public static Half ReadHalfLittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<Half>());

    /// <summary>Reads a 32-bit floating-point number, big-endian.</summary>
    public static float ReadSingle(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<float>());

    /// <summary>Reads a 32-bit floating-point number, little-endian.</summary>
    public static float ReadSingleLittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<float>());

    /// <summary>Reads a 64-bit floating-point number, big-endian.</summary>
    public static double ReadDouble(this PlatformBuffer buffer) =>
        ByteOrder.BigEndian(buffer.Read<double>());

    /// <summary>Reads a 64-bit floating-point number, little-endian.</summary>
    public static double ReadDoubleLittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.LittleEndian(buffer.Read<double>());

    /// <summary>Reads a GUID in the byte order of RFC 9562: as it is written, big-endian.</summary>
    public static Guid ReadGuid(this PlatformBuffer buffer) =>
        ByteOrder.ToGuid(buffer.Read<UInt128>(), isBigEndian: true);

    /// <summary>Reads a GUID in the mixed byte order of <see cref="Guid.ToByteArray()"/>.</summary>
    public static Guid ReadGuidLittleEndian(this PlatformBuffer buffer) =>
        ByteOrder.ToGuid(buffer.Read<UInt128>(), isBigEndian: false);
}
