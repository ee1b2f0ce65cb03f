using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Copies bytes out of a buffer and into it.</summary>
/// <remarks>
/// Each throws <see cref="BufferUnderflowException"/> or <see cref="BufferOverflowException"/> if
/// the buffer has not as much left, <see cref="ArgumentOutOfRangeException"/> for a negative count
/// or an index outside the limit, and <see cref="ObjectDisposedException"/> after the dispose;
/// nothing has changed then. A count is compared with what remains before anything is allocated,
/// so one that a peer sent costs at most what the peer sent.
/// </remarks>
public static class BufferBytes
{
    /// <summary>Writes bytes.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="bytes">The bytes. They may be the buffer's own.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteBytes(this PlatformBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.TakeForWrite(bytes.Length));
        GC.KeepAlive(buffer);
    }

    /// <summary>Writes a part of an array.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="array">The array; it may be the buffer's own.</param>
    /// <param name="offset">Index in the array of the first byte.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not within the array.</exception>
    public static void WriteBytes(this PlatformBuffer buffer, byte[] array, int offset, int count)
    {
        ArgumentNullException.ThrowIfNull(array);
        RequireRange(array, offset, count);
        buffer.WriteBytes(array.AsSpan(offset, count));
    }

    /// <summary>
    /// Writes all that remains of another buffer, whose position moves to its limit.
    /// </summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="source">
    /// Another buffer. It may share memory with this one (a slice of it, say): the bytes are those
    /// that it had before the call.
    /// </param>
    /// <exception cref="ArgumentException">The source is the buffer itself.</exception>
    public static void Write(this PlatformBuffer buffer, PlatformBuffer source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (ReferenceEquals(buffer, source))
        {
            throw new ArgumentException(
                "A buffer has one position: it cannot be read and written at once.",
                nameof(source));
        }

        ReadOnlySpan<byte> bytes = source.RemainingSpan;
        buffer.WriteBytes(bytes);
        source.Advance(bytes.Length);
        GC.KeepAlive(source);
    }

    /// <summary>Reads bytes into a new array.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="count">How many.</param>
    public static byte[] ReadBytes(this PlatformBuffer buffer, int count)
    {
        BufferReader reader = buffer.BeginRead();
        byte[] bytes = reader.ReadBytes(count).ToArray();
        buffer.EndRead(reader);
        return bytes;
    }

    /// <summary>Reads as many bytes as the destination takes.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="destination">Filled as a whole. It may be the buffer's own memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadBytes(this PlatformBuffer buffer, Span<byte> destination)
    {
        buffer.TakeForRead(destination.Length).CopyTo(destination);
        GC.KeepAlive(buffer);
    }

    /// <summary>Reads bytes into a part of an array.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="array">The array.</param>
    /// <param name="offset">Index in the array for the first byte.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not within the array.</exception>
    public static void ReadBytes(this PlatformBuffer buffer, byte[] array, int offset, int count)
    {
        ArgumentNullException.ThrowIfNull(array);
        RequireRange(array, offset, count);
        buffer.ReadBytes(array.AsSpan(offset, count));
    }

    /// <summary>Reads as many bytes as the destination takes.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="destination">Filled as a whole.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadBytes(this ref BufferReader reader, scoped Span<byte> destination) =>
        reader.ReadBytes(destination.Length).CopyTo(destination);

    /// <summary>Reads bytes without a copy: as a slice with a cursor of its own.</summary>
    /// <param name="buffer">The buffer; its position moves behind the slice.</param>
    /// <param name="count">How many.</param>
    /// <returns>A slice, as <see cref="PlatformBuffer.Slice()"/> makes it.</returns>
    public static PlatformBuffer ReadSlice(this PlatformBuffer buffer, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int remaining = buffer.Remaining;
        if (count > remaining)
            BufferThrow.Underflow(count, remaining);

        PlatformBuffer slice = buffer.Slice(buffer.Position, count);
        buffer.Advance(count);
        return slice;
    }

    /// <summary>Gets as many bytes as the destination takes, at an index.</summary>
    /// <param name="buffer">The buffer; its position stays.</param>
    /// <param name="index">Index of the first byte.</param>
    /// <param name="destination">Filled as a whole. It may be the buffer's own memory.</param>
    public static void GetBytes(this PlatformBuffer buffer, int index, Span<byte> destination)
    {
        buffer.AsSpan(index, destination.Length).CopyTo(destination);
        GC.KeepAlive(buffer);
    }

    /// <summary>Sets bytes at an index.</summary>
    /// <param name="buffer">The buffer; its position stays.</param>
    /// <param name="index">Index for the first byte.</param>
    /// <param name="bytes">The bytes. They may be the buffer's own.</param>
    public static void SetBytes(this PlatformBuffer buffer, int index, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(index, bytes.Length));
        GC.KeepAlive(buffer);
    }

    private static void RequireRange(byte[] array, int offset, int count)
    {
        if ((uint)offset > (uint)array.Length || (uint)count > (uint)(array.Length - offset))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                $"{count} bytes at {offset} are not within the {array.Length} of the array.");
        }
    }
}
