namespace Sluice.Memory;

/// <summary>The variable byte integer of MQTT 5.0, 1.5.5.</summary>
internal static class MqttInteger
{
    private const int LengthMax = 4;

    public static int GetLength(int value)
    {
        if ((uint)value > BufferMqtt.MqttIntegerMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), value, $"MQTT has no integers above {BufferMqtt.MqttIntegerMax}.");
        }

        return Leb128.GetLength((ulong)value);
    }

    /// <returns>False if its end is not there yet.</returns>
    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    public static bool TryDecode(ref BufferReader reader, out int value)
    {
        ReadOnlySpan<byte> bytes = reader.RemainingSpan;
        value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                if (i > 0 && bytes[i] == 0)
                    throw new InvalidDataException("The MQTT integer is longer than need be.");

                reader.Advance(i + 1);
                return true;
            }

            if (i == LengthMax - 1)
                throw new InvalidDataException("The MQTT integer has more than four bytes.");
        }

        value = 0;
        return false;
    }
}
