namespace Sluice.Memory;

/// <summary>
/// Reads and writes LEB128 integers, as DWARF, WebAssembly and protocol buffers have them: seven
/// bits a byte, the lowest first.
/// </summary>
/// <remarks>
/// A number has at most five bytes for 32 bits and ten for 64, padding included; one that is
/// longer, or has more bits than its type, throws <see cref="InvalidDataException"/>, also from
/// the methods that try. One whose end has not arrived throws
/// <see cref="BufferUnderflowException"/>, or is false. Numbers are written in the shortest form;
/// too little room throws <see cref="BufferOverflowException"/>. Nothing has changed then.
/// </remarks>
public static class BufferLeb128
{
    /// <summary>How many bytes an unsigned number becomes.</summary>
    public static int GetUnsignedLeb128Length(ulong value) => Leb128.GetLength(value);

    /// <summary>How many bytes a signed number becomes.</summary>
    public static int GetSignedLeb128Length(long value) => Leb128.GetLength(value);

    /// <summary>Reads an unsigned number of up to 32 bits, if all of it is there.</summary>
    public static bool TryReadUInt32Leb128(this ref BufferReader reader, out uint value)
    {
        bool isRead = Leb128.TryDecode(ref reader, 32, out ulong wide);
        value = (uint)wide;
        return isRead;
    }

    /// <summary>Reads an unsigned number of up to 32 bits.</summary>
    public static uint ReadUInt32Leb128(this ref BufferReader reader)
    {
        if (!reader.TryReadUInt32Leb128(out uint value))
            BufferThrow.Underflow(reader.Remaining + 1, reader.Remaining);
        return value;
    }

    /// <summary>Writes an unsigned number of 32 bits.</summary>
    public static void WriteUInt32Leb128(this ref BufferWriter writer, uint value) =>
        Leb128.Encode(writer.Take(Leb128.GetLength((ulong)value)), (ulong)value);

    /// <summary>Reads an unsigned number of up to 64 bits, if all of it is there.</summary>
    public static bool TryReadUInt64Leb128(this ref BufferReader reader, out ulong value) =>
        Leb128.TryDecode(ref reader, 64, out value);

    /// <summary>Reads an unsigned number of up to 64 bits.</summary>
    public static ulong ReadUInt64Leb128(this ref BufferReader reader)
    {
        if (!reader.TryReadUInt64Leb128(out ulong value))
            BufferThrow.Underflow(reader.Remaining + 1, reader.Remaining);
        return value;
    }

    /// <summary>Writes an unsigned number of 64 bits.</summary>
    public static void WriteUInt64Leb128(this ref BufferWriter writer, ulong value) =>
        Leb128.Encode(writer.Take(Leb128.GetLength(value)), value);

    /// <summary>Reads a signed number of up to 32 bits, if all of it is there.</summary>
    public static bool TryReadInt32Leb128(this ref BufferReader reader, out int value)
    {
        bool isRead = Leb128.TryDecode(ref reader, 32, out long wide);
        value = (int)wide;
        return isRead;
    }

    /// <summary>Reads a signed number of up to 32 bits.</summary>
    public static int ReadInt32Leb128(this ref BufferReader reader)
    {
        if (!reader.TryReadInt32Leb128(out int value))
            BufferThrow.Underflow(reader.Remaining + 1, reader.Remaining);
        return value;
    }

    /// <summary>Writes a signed number of 32 bits.</summary>
    public static void WriteInt32Leb128(this ref BufferWriter writer, int value) =>
        Leb128.Encode(writer.Take(Leb128.GetLength((long)value)), (long)value);

    /// <summary>Reads a signed number of up to 64 bits, if all of it is there.</summary>
    public static bool TryReadInt64Leb128(this ref BufferReader reader, out long value) =>
        Leb128.TryDecode(ref reader, 64, out value);

    /// <summary>Reads a signed number of up to 64 bits.</summary>
    public static long ReadInt64Leb128(this ref BufferReader reader)
    {
        if (!reader.TryReadInt64Leb128(out long value))
            BufferThrow.Underflow(reader.Remaining + 1, reader.Remaining);
        return value;
    }

    /// <summary>Writes a signed number of 64 bits.</summary>
    public static void WriteInt64Leb128(this ref BufferWriter writer, long value) =>
        Leb128.Encode(writer.Take(Leb128.GetLength(value)), value);

    /// <summary>Reads an unsigned number of up to 32 bits, if all of it is there.</summary>
    public static bool TryReadUInt32Leb128(this PlatformBuffer buffer, out uint value)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadUInt32Leb128(out value);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads an unsigned number of up to 32 bits.</summary>
    public static uint ReadUInt32Leb128(this PlatformBuffer buffer)
    {
        BufferReader reader = buffer.BeginRead();
        uint value = reader.ReadUInt32Leb128();
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Writes an unsigned number of 32 bits.</summary>
    public static void WriteUInt32Leb128(this PlatformBuffer buffer, uint value)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteUInt32Leb128(value);
        buffer.EndWrite(writer);
    }

    /// <summary>Reads an unsigned number of up to 64 bits, if all of it is there.</summary>
    public static bool TryReadUInt64Leb128(this PlatformBuffer buffer, out ulong value)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadUInt64Leb128(out value);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads an unsigned number of up to 64 bits.</summary>
    public static ulong ReadUInt64Leb128(this PlatformBuffer buffer)
    {
        BufferReader reader = buffer.BeginRead();
        ulong value = reader.ReadUInt64Leb128();
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Writes an unsigned number of 64 bits.</summary>
    public static void WriteUInt64Leb128(this PlatformBuffer buffer, ulong value)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteUInt64Leb128(value);
        buffer.EndWrite(writer);
    }

    /// <summary>Reads a signed number of up to 32 bits, if all of it is there.</summary>
    public static bool TryReadInt32Leb128(this PlatformBuffer buffer, out int value)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadInt32Leb128(out value);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads a signed number of up to 32 bits.</summary>
    public static int ReadInt32Leb128(this PlatformBuffer buffer)
    {
        BufferReader reader = buffer.BeginRead();
        int value = reader.ReadInt32Leb128();
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Writes a signed number of 32 bits.</summary>
    public static void WriteInt32Leb128(this PlatformBuffer buffer, int value)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteInt32Leb128(value);
        buffer.EndWrite(writer);
    }

    /// <summary>Reads a signed number of up to 64 bits, if all of it is there.</summary>
    public static bool TryReadInt64Leb128(this PlatformBuffer buffer, out long value)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadInt64Leb128(out value);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads a signed number of up to 64 bits.</summary>
    public static long ReadInt64Leb128(this PlatformBuffer buffer)
    {
        BufferReader reader = buffer.BeginRead();
        long value = reader.ReadInt64Leb128();
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Writes a signed number of 64 bits.</summary>
    public static void WriteInt64Leb128(this PlatformBuffer buffer, long value)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteInt64Leb128(value);
        buffer.EndWrite(writer);
    }
}
