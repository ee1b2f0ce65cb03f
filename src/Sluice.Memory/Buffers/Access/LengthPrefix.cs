namespace Sluice.Memory;

/// <summary>How the number of bytes stands before them.</summary>
public enum LengthPrefix
{
    /// <summary>One byte: up to 255.</summary>
    UInt8 = 0,

    /// <summary>Two bytes, big-endian: up to 65,535, as the strings of MQTT.</summary>
    UInt16 = 1,

    /// <summary>Two bytes, little-endian: up to 65,535.</summary>
    UInt16LittleEndian = 2,

    /// <summary>Four bytes, big-endian.</summary>
    UInt32 = 3,

    /// <summary>Four bytes, little-endian.</summary>
    UInt32LittleEndian = 4,

    /// <summary>Unsigned LEB128 of up to 32 bits, as protocol buffers.</summary>
    Leb128 = 5,

    /// <summary>A variable byte integer of MQTT: up to 268,435,455.</summary>
    Mqtt = 6,
}
