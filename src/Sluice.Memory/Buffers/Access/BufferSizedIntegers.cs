namespace Sluice.Memory;

/// <summary>Reads and writes integers of one to eight bytes: the three of HTTP/2, say.</summary>
/// <remarks>
/// A byte count outside 1 to 8, and a number that does not fit its bytes, throw
/// <see cref="ArgumentOutOfRangeException"/>. Beyond that the errors are those of the other
/// numbers: <see cref="BufferUnderflowException"/> if fewer bytes remain to read,
/// <see cref="BufferOverflowException"/> if less room remains to write,
/// <see cref="ArgumentOutOfRangeException"/> for an index outside the limit, and
/// <see cref="ObjectDisposedException"/> after the dispose. Nothing has changed then.
/// </remarks>
public static class BufferSizedIntegers
{
    /// <summary>Reads an unsigned integer of some bytes, big-endian.</summary>
    public static ulong ReadUnsigned(this ref BufferReader reader, int byteCount)
    {
        SizedInteger.RequireByteCount(byteCount);
        return SizedInteger.Decode(reader.ReadBytes(byteCount));
    }

    /// <summary>Reads an unsigned integer of some bytes, little-endian.</summary>
    public static ulong ReadUnsignedLittleEndian(this ref BufferReader reader, int byteCount)
    {
        SizedInteger.RequireByteCount(byteCount);
        return SizedInteger.DecodeLittleEndian(reader.ReadBytes(byteCount));
    }

    /// <summary>Reads a signed integer of some bytes, big-endian.</summary>
    public static long ReadSigned(this ref BufferReader reader, int byteCount) =>
        SizedInteger.Extend(reader.ReadUnsigned(byteCount), byteCount);

    /// <summary>Reads a signed integer of some bytes, little-endian.</summary>
    public static long ReadSignedLittleEndian(this ref BufferReader reader, int byteCount) =>
        SizedInteger.Extend(reader.ReadUnsignedLittleEndian(byteCount), byteCount);

    /// <summary>Writes an unsigned integer of some bytes, big-endian.</summary>
    public static void WriteUnsigned(this ref BufferWriter writer, ulong value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.Encode(writer.Take(byteCount), value);
    }

    /// <summary>Writes an unsigned integer of some bytes, little-endian.</summary>
    public static void WriteUnsignedLittleEndian(
        this ref BufferWriter writer, ulong value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.EncodeLittleEndian(writer.Take(byteCount), value);
    }

    /// <summary>Writes a signed integer of some bytes, big-endian.</summary>
    public static void WriteSigned(this ref BufferWriter writer, long value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.Encode(writer.Take(byteCount), (ulong)value);
    }

    /// <summary>Writes a signed integer of some bytes, little-endian.</summary>
    public static void WriteSignedLittleEndian(
        this ref BufferWriter writer, long value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.EncodeLittleEndian(writer.Take(byteCount), (ulong)value);
    }

    /// <summary>Reads an unsigned integer of some bytes, big-endian.</summary>
    public static ulong ReadUnsigned(this PlatformBuffer buffer, int byteCount)
    {
        BufferReader reader = buffer.BeginRead();
        ulong value = reader.ReadUnsigned(byteCount);
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Reads an unsigned integer of some bytes, little-endian.</summary>
    public static ulong ReadUnsignedLittleEndian(this PlatformBuffer buffer, int byteCount)
    {
        BufferReader reader = buffer.BeginRead();
        ulong value = reader.ReadUnsignedLittleEndian(byteCount);
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Reads a signed integer of some bytes, big-endian.</summary>
    public static long ReadSigned(this PlatformBuffer buffer, int byteCount) =>
        SizedInteger.Extend(buffer.ReadUnsigned(byteCount), byteCount);

    /// <summary>Reads a signed integer of some bytes, little-endian.</summary>
    public static long ReadSignedLittleEndian(this PlatformBuffer buffer, int byteCount) =>
        SizedInteger.Extend(buffer.ReadUnsignedLittleEndian(byteCount), byteCount);

    /// <summary>Writes an unsigned integer of some bytes, big-endian.</summary>
    public static void WriteUnsigned(this PlatformBuffer buffer, ulong value, int byteCount)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteUnsigned(value, byteCount);
        buffer.EndWrite(writer);
    }

    /// <summary>Writes an unsigned integer of some bytes, little-endian.</summary>
    public static void WriteUnsignedLittleEndian(
        this PlatformBuffer buffer, ulong value, int byteCount)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteUnsignedLittleEndian(value, byteCount);
        buffer.EndWrite(writer);
    }

    /// <summary>Writes a signed integer of some bytes, big-endian.</summary>
    public static void WriteSigned(this PlatformBuffer buffer, long value, int byteCount)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteSigned(value, byteCount);
        buffer.EndWrite(writer);
    }

    /// <summary>Writes a signed integer of some bytes, little-endian.</summary>
    public static void WriteSignedLittleEndian(
        this PlatformBuffer buffer, long value, int byteCount)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteSignedLittleEndian(value, byteCount);
        buffer.EndWrite(writer);
    }

    /// <summary>Gets an unsigned integer of some bytes, big-endian, at an index.</summary>
    public static ulong GetUnsigned(this PlatformBuffer buffer, int index, int byteCount)
    {
        SizedInteger.RequireByteCount(byteCount);
        ulong value = SizedInteger.Decode(buffer.AsSpan(index, byteCount));
        GC.KeepAlive(buffer);
        return value;
    }

    /// <summary>Gets an unsigned integer of some bytes, little-endian, at an index.</summary>
    public static ulong GetUnsignedLittleEndian(
        this PlatformBuffer buffer, int index, int byteCount)
    {
        SizedInteger.RequireByteCount(byteCount);
        ulong value = SizedInteger.DecodeLittleEndian(buffer.AsSpan(index, byteCount));
        GC.KeepAlive(buffer);
        return value;
    }

    /// <summary>Gets a signed integer of some bytes, big-endian, at an index.</summary>
    public static long GetSigned(this PlatformBuffer buffer, int index, int byteCount) =>
        SizedInteger.Extend(buffer.GetUnsigned(index, byteCount), byteCount);

    /// <summary>Gets a signed integer of some bytes, little-endian, at an index.</summary>
    public static long GetSignedLittleEndian(
        this PlatformBuffer buffer, int index, int byteCount) =>
        SizedInteger.Extend(buffer.GetUnsignedLittleEndian(index, byteCount), byteCount);

    /// <summary>Sets an unsigned integer of some bytes, big-endian, at an index.</summary>
    public static void SetUnsigned(
        this PlatformBuffer buffer, int index, ulong value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.Encode(buffer.AsSpan(index, byteCount), value);
        GC.KeepAlive(buffer);
    }

    /// <summary>Sets an unsigned integer of some bytes, little-endian, at an index.</summary>
    public static void SetUnsignedLittleEndian(
        this PlatformBuffer buffer, int index, ulong value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.EncodeLittleEndian(buffer.AsSpan(index, byteCount), value);
        GC.KeepAlive(buffer);
    }

    /// <summary>Sets a signed integer of some bytes, big-endian, at an index.</summary>
    public static void SetSigned(
        this PlatformBuffer buffer, int index, long value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.Encode(buffer.AsSpan(index, byteCount), (ulong)value);
        GC.KeepAlive(buffer);
    }

    /// <summary>Sets a signed integer of some bytes, little-endian, at an index.</summary>
    public static void SetSignedLittleEndian(
        this PlatformBuffer buffer, int index, long value, int byteCount)
    {
        SizedInteger.RequireFit(value, byteCount);
        SizedInteger.EncodeLittleEndian(buffer.AsSpan(index, byteCount), (ulong)value);
        GC.KeepAlive(buffer);
    }
}
