namespace Sluice.Memory;

/// <summary>Reads and writes the number of bytes that stands before them.</summary>
internal static class LengthPrefixCodec
{
    /// <summary>Reads a length and leaves its bytes next.</summary>
    /// <param name="reader">The reader; it has moved only if the result is true.</param>
    /// <param name="prefix">How the length stands there.</param>
    /// <param name="bytesMax">The length that is allowed.</param>
    /// <param name="length">The length; as many bytes are left.</param>
    /// <returns>False if the length or its bytes are not all there.</returns>
    /// <exception cref="InvalidDataException">The length is above what is allowed.</exception>
    public static bool TryRead(
        ref BufferReader reader, LengthPrefix prefix, int bytesMax, out int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesMax);
        BufferReader ahead = reader;
        length = 0;
        if (!TryReadNumber(ref ahead, prefix, out uint number))
            return false;
        if (number > (uint)bytesMax)
        {
            throw new InvalidDataException(
                $"The length is {number} bytes; {bytesMax} are allowed.");
        }

        length = (int)number;
        if (length > ahead.Remaining)
            return false;

        reader = ahead;
        return true;
    }

    /// <summary>Bytes of the prefix for so many bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It cannot say as many.</exception>
    public static int GetSize(LengthPrefix prefix, long length)
    {
        (int size, long max) = prefix switch
        {
            LengthPrefix.UInt8 => (sizeof(byte), byte.MaxValue),
            LengthPrefix.UInt16 or LengthPrefix.UInt16LittleEndian =>
                (sizeof(ushort), ushort.MaxValue),
            LengthPrefix.UInt32 or LengthPrefix.UInt32LittleEndian =>
                (sizeof(uint), (long)uint.MaxValue),
            LengthPrefix.Leb128 => (Leb128.GetLength((ulong)length), (long)uint.MaxValue),
            LengthPrefix.Mqtt => (Leb128.GetLength((ulong)length), BufferMqtt.MqttIntegerMax),
            _ => throw NoSuch(prefix),
        };
        if (length > max)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"The prefix {prefix} cannot say more than {max}.");
        }

        return size;
    }

    /// <summary>Writes a length, which <see cref="GetSize"/> has approved.</summary>
    public static void Write(ref BufferWriter writer, LengthPrefix prefix, int length)
    {
        switch (prefix)
        {
            case LengthPrefix.UInt8:
                writer.WriteByte((byte)length);
                break;
            case LengthPrefix.UInt16:
                writer.WriteUInt16((ushort)length);
                break;
            case LengthPrefix.UInt16LittleEndian:
                writer.WriteUInt16LittleEndian((ushort)length);
                break;
            case LengthPrefix.UInt32:
                writer.WriteInt32(length);
                break;
            case LengthPrefix.UInt32LittleEndian:
                writer.WriteInt32LittleEndian(length);
                break;
            default:
                writer.WriteUInt32Leb128((uint)length);
                break;
        }
    }

    private static bool TryReadNumber(
        ref BufferReader reader, LengthPrefix prefix, out uint number)
    {
        number = 0;
        switch (prefix)
        {
            case LengthPrefix.UInt8 when reader.Remaining >= sizeof(byte):
                number = reader.ReadByte();
                return true;
            case LengthPrefix.UInt16 when reader.Remaining >= sizeof(ushort):
                number = reader.ReadUInt16();
                return true;
            case LengthPrefix.UInt16LittleEndian when reader.Remaining >= sizeof(ushort):
                number = reader.ReadUInt16LittleEndian();
                return true;
            case LengthPrefix.UInt32 when reader.Remaining >= sizeof(uint):
                number = reader.ReadUInt32();
                return true;
            case LengthPrefix.UInt32LittleEndian when reader.Remaining >= sizeof(uint):
                number = reader.ReadUInt32LittleEndian();
                return true;
            case LengthPrefix.Leb128:
                return reader.TryReadUInt32Leb128(out number);
            case LengthPrefix.Mqtt:
                bool isRead = reader.TryReadMqttInteger(out int mqtt);
                number = (uint)mqtt;
                return isRead;
            case >= LengthPrefix.UInt8 and < LengthPrefix.Leb128:
                return false;
            default:
                throw NoSuch(prefix);
        }
    }

    private static ArgumentOutOfRangeException NoSuch(LengthPrefix prefix) =>
        new(nameof(prefix), prefix, "No such prefix.");
}
