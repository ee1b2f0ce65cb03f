using System.Buffers.Binary;

namespace Sluice.Memory;

/// <summary>Changes what remains where it stands. No position moves.</summary>
/// <remarks>After the dispose each throws <see cref="ObjectDisposedException"/>.</remarks>
public static class BufferTransforms
{
    /// <summary>Sets each byte of what remains.</summary>
    public static void Fill(this PlatformBuffer buffer, byte value)
    {
        buffer.RemainingSpan.Fill(value);
        GC.KeepAlive(buffer);
    }

    /// <summary>Writes one byte many times, as padding; the position moves behind it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    /// <exception cref="BufferOverflowException">
    /// Less room remains; nothing has changed.
    /// </exception>
    public static void WriteRepeated(this PlatformBuffer buffer, byte value, int count)
    {
        buffer.TakeForWrite(count).Fill(value);
        GC.KeepAlive(buffer);
    }

    /// <summary>Writes one byte many times, as padding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    /// <exception cref="BufferOverflowException">
    /// Less room is left; nothing has changed.
    /// </exception>
    public static void WriteRepeated(this ref BufferWriter writer, byte value, int count) =>
        writer.Take(count).Fill(value);

    /// <summary>Masks or unmasks what remains, as WebSocket frames are (RFC 6455, 5.3).</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="mask">The four bytes as a big-endian number.</param>
    /// <param name="maskOffset">Which byte of the mask comes first: 0 to 3.</param>
    /// <returns>The offset for the bytes that follow these, in another buffer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An offset outside 0 to 3; nothing has changed.
    /// </exception>
    public static int XorMask(this PlatformBuffer buffer, uint mask, int maskOffset = 0)
    {
        if (maskOffset is < 0 or > 3)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maskOffset), maskOffset, "A mask has four bytes: 0 to 3.");
        }

        Span<byte> bytes = buffer.RemainingSpan;
        WebSocketMask.Apply(bytes, mask, maskOffset);
        GC.KeepAlive(buffer);
        return (maskOffset + (bytes.Length & 3)) & 3;
    }

    /// <summary>Masks or unmasks what remains, as WebSocket frames are (RFC 6455, 5.3).</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="mask">The four bytes, as they stand in the frame.</param>
    /// <param name="maskOffset">Which byte of the mask comes first: 0 to 3.</param>
    /// <returns>The offset for the bytes that follow these, in another buffer.</returns>
    /// <exception cref="ArgumentException">Not four bytes; nothing has changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An offset outside 0 to 3; nothing has changed.
    /// </exception>
    public static int XorMask(
        this PlatformBuffer buffer, ReadOnlySpan<byte> mask, int maskOffset = 0)
    {
        if (mask.Length != sizeof(uint))
            throw new ArgumentException("A mask has four bytes.", nameof(mask));

        return buffer.XorMask(BinaryPrimitives.ReadUInt32BigEndian(mask), maskOffset);
    }
}
