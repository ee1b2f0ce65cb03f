using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sluice.Memory;

/// <summary>LEB128: seven bits a byte, the lowest first; the top bit says: more.</summary>
/// <remarks>
/// Padding is accepted up to the longest length of the type, as DWARF and WebAssembly have it: five
/// bytes for 32 bits, ten for 64. The bits that such a length has too many must be zero, or copies
/// of the sign.
/// </remarks>
internal static class Leb128
{
    private const int BitsPerByte = 7;
    private const byte MoreBit = 0x80;

    /// <summary>Bytes of the shortest form.</summary>
    public static int GetLength(ulong value) =>
        1 + (BitOperations.Log2(value | 1) / BitsPerByte);

    /// <summary>Bytes of the shortest form, the sign included.</summary>
    public static int GetLength(long value)
    {
        int magnitudeBits = 64 - BitOperations.LeadingZeroCount((ulong)(value ^ (value >> 63)));
        return 1 + (magnitudeBits / BitsPerByte);
    }

    public static void Encode(Span<byte> bytes, ulong value)
    {
        for (int i = 0; i < bytes.Length - 1; i++)
        {
            bytes[i] = (byte)(value | MoreBit);
            value >>= BitsPerByte;
        }

        bytes[^1] = (byte)(value & 0x7F);
    }

    public static void Encode(Span<byte> bytes, long value)
    {
        for (int i = 0; i < bytes.Length - 1; i++)
        {
            bytes[i] = (byte)((byte)value | MoreBit);
            value >>= BitsPerByte;
        }

        bytes[^1] = (byte)(value & 0x7F);
    }

    /// <summary>Decodes a number of up to so many bits.</summary>
    /// <returns>False if its end is not there yet.</returns>
    /// <exception cref="InvalidDataException">It has more bits.</exception>
    public static bool TryDecode(ref BufferReader reader, int bits, out ulong value)
    {
        ReadOnlySpan<byte> bytes = reader.RemainingSpan;
        value = 0;
        for (int i = 0, shift = 0; i < bytes.Length; i++, shift += BitsPerByte)
        {
            byte part = bytes[i];
            if (bits - shift < BitsPerByte && part >> (bits - shift) != 0)
                TooLarge(bits);

            value |= (ulong)(part & 0x7F) << shift;
            if ((part & MoreBit) == 0)
            {
                reader.Advance(i + 1);
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>Decodes a signed number of up to so many bits.</summary>
    /// <returns>False if its end is not there yet.</returns>
    /// <exception cref="InvalidDataException">It has more bits.</exception>
    public static bool TryDecode(ref BufferReader reader, int bits, out long value)
    {
        ReadOnlySpan<byte> bytes = reader.RemainingSpan;
        value = 0;
        for (int i = 0, shift = 0; i < bytes.Length; i++, shift += BitsPerByte)
        {
            byte part = bytes[i];

            // The last byte of the longest form: its spare bits repeat the sign.
            if (bits - shift < BitsPerByte)
            {
                int spare = (sbyte)(part << 1) >> (bits - shift);
                if ((part & MoreBit) != 0 || spare is not (0 or -1))
                    TooLarge(bits);
            }

            value |= (long)(part & 0x7F) << shift;
            if ((part & MoreBit) == 0)
            {
                int unused = Math.Max(64 - shift - BitsPerByte, 0);
                value = value << unused >> unused;
                reader.Advance(i + 1);
                return true;
            }
        }

        value = 0;
        return false;
    }

    [DoesNotReturn]
    private static void TooLarge(int bits) =>
        throw new InvalidDataException($"The LEB128 number does not fit {bits} bits.");
}
