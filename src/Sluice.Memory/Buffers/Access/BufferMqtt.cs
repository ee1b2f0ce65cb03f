namespace Sluice.Memory;

/// <summary>Reads and writes the variable byte integers of MQTT (5.0, section 1.5.5).</summary>
/// <remarks>
/// A number of more than four bytes, or of more than it needs, throws
/// <see cref="InvalidDataException"/>, also from the method that tries. One whose end has not
/// arrived throws <see cref="BufferUnderflowException"/>, or is false. Too little room throws
/// <see cref="BufferOverflowException"/>. Nothing has changed then.
/// </remarks>
public static class BufferMqtt
{
    /// <summary>The largest number.</summary>
    public const int MqttIntegerMax = 268_435_455;

    /// <summary>How many bytes a number becomes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is negative or above <see cref="MqttIntegerMax"/>.
    /// </exception>
    public static int GetMqttIntegerLength(int value) => MqttInteger.GetLength(value);

    /// <summary>Reads a number, if all of it is there.</summary>
    public static bool TryReadMqttInteger(this ref BufferReader reader, out int value) =>
        MqttInteger.TryDecode(ref reader, out value);

    /// <summary>Reads a number.</summary>
    public static int ReadMqttInteger(this ref BufferReader reader)
    {
        if (!reader.TryReadMqttInteger(out int value))
            BufferThrow.Underflow(reader.Remaining + 1, reader.Remaining);
        return value;
    }

    /// <summary>Writes a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is negative or above <see cref="MqttIntegerMax"/>.
    /// </exception>
    public static void WriteMqttInteger(this ref BufferWriter writer, int value)
    {
        int length = MqttInteger.GetLength(value);
        Leb128.Encode(writer.Take(length), (ulong)value);
    }

    /// <summary>Reads a number, if all of it is there.</summary>
    public static bool TryReadMqttInteger(this PlatformBuffer buffer, out int value)
    {
        BufferReader reader = buffer.BeginRead();
        bool isRead = reader.TryReadMqttInteger(out value);
        buffer.EndRead(reader);
        return isRead;
    }

    /// <summary>Reads a number.</summary>
    public static int ReadMqttInteger(this PlatformBuffer buffer)
    {
        BufferReader reader = buffer.BeginRead();
        int value = reader.ReadMqttInteger();
        buffer.EndRead(reader);
        return value;
    }

    /// <summary>Writes a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is negative or above <see cref="MqttIntegerMax"/>.
    /// </exception>
    public static void WriteMqttInteger(this PlatformBuffer buffer, int value)
    {
        BufferWriter writer = buffer.BeginWrite();
        writer.WriteMqttInteger(value);
        buffer.EndWrite(writer);
    }
}
