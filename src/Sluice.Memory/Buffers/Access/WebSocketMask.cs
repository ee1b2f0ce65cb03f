using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>The masking of WebSocket frames, a vector at a time.</summary>
internal static class WebSocketMask
{
    /// <param name="bytes">Changed where they stand.</param>
    /// <param name="mask">The four bytes as a big-endian number.</param>
    /// <param name="offset">Which byte of the mask comes first.</param>
    public static void Apply(Span<byte> bytes, uint mask, int offset)
    {
        uint turned = BitOperations.RotateLeft(mask, 8 * offset);

        // Now the first byte of the mask is the first in memory, on every machine.
        uint pattern = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReverseEndianness(turned)
            : turned;
        Span<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
        Vector<byte> wide = Vector.AsVectorByte(new Vector<uint>(pattern));
        foreach (ref Vector<byte> vector in vectors)
            vector ^= wide;

        // A vector is a multiple of the mask: the rest begins with its first byte again.
        Span<byte> rest = bytes[(vectors.Length * Vector<byte>.Count)..];
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(rest);
        foreach (ref uint word in words)
            word ^= pattern;

        foreach (ref byte last in rest[(words.Length * sizeof(uint))..])
        {
            last ^= (byte)(turned >> 24);
            turned <<= 8;
        }
    }
}
