namespace Sluice.Memory;

/// <summary>Looks for bytes in what remains, and compares it. No position moves.</summary>
/// <remarks>After the dispose each throws <see cref="ObjectDisposedException"/>.</remarks>
public static class BufferSearch
{
    /// <summary>Finds a byte in what remains.</summary>
    /// <returns>
    /// The index in the buffer, comparable with <see cref="PlatformBuffer.Position"/>; -1 if there
    /// is none.
    /// </returns>
    public static int IndexOf(this PlatformBuffer buffer, byte value)
    {
        int found = buffer.BeginRead().RemainingSpan.IndexOf(value);
        GC.KeepAlive(buffer);
        return found < 0 ? -1 : buffer.Position + found;
    }

    /// <summary>Finds bytes, one after the other, in what remains.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="values">The bytes. None at all are found at once.</param>
    /// <returns>
    /// The index in the buffer of the first, comparable with
    /// <see cref="PlatformBuffer.Position"/>; -1 if they are not there.
    /// </returns>
    public static int IndexOf(this PlatformBuffer buffer, ReadOnlySpan<byte> values)
    {
        int found = buffer.BeginRead().RemainingSpan.IndexOf(values);
        GC.KeepAlive(buffer);
        return found < 0 ? -1 : buffer.Position + found;
    }

    /// <summary>Finds a byte in what is left.</summary>
    /// <returns>
    /// The index, comparable with <see cref="BufferReader.Position"/>; -1 if there is none.
    /// </returns>
    public static int IndexOf(this in BufferReader reader, byte value)
    {
        int found = reader.RemainingSpan.IndexOf(value);
        return found < 0 ? -1 : reader.Position + found;
    }

    /// <summary>Finds bytes, one after the other, in what is left.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="values">The bytes. None at all are found at once.</param>
    /// <returns>
    /// The index of the first, comparable with <see cref="BufferReader.Position"/>; -1 if they are
    /// not there.
    /// </returns>
    public static int IndexOf(this in BufferReader reader, ReadOnlySpan<byte> values)
    {
        int found = reader.RemainingSpan.IndexOf(values);
        return found < 0 ? -1 : reader.Position + found;
    }

    /// <summary>Whether what remains is these bytes, no more and no fewer.</summary>
    public static bool ContentEquals(this PlatformBuffer buffer, ReadOnlySpan<byte> other)
    {
        bool isEqual = buffer.RemainingSpan.SequenceEqual(other);
        GC.KeepAlive(buffer);
        return isEqual;
    }

    /// <summary>Whether the same bytes remain in both buffers, wherever they stand.</summary>
    public static bool ContentEquals(this PlatformBuffer buffer, PlatformBuffer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool isEqual = buffer.ContentEquals(other.RemainingSpan);
        GC.KeepAlive(other);
        return isEqual;
    }

    /// <summary>Finds the first difference of what remains and other bytes.</summary>
    /// <returns>
    /// How many bytes from the position on are equal; -1 if there is no difference. Where one ends
    /// and the other goes on they differ.
    /// </returns>
    public static int Mismatch(this PlatformBuffer buffer, ReadOnlySpan<byte> other)
    {
        Span<byte> bytes = buffer.RemainingSpan;
        int common = bytes.CommonPrefixLength(other);
        GC.KeepAlive(buffer);
        return common == bytes.Length && common == other.Length ? -1 : common;
    }

    /// <summary>Finds the first difference of what remains in two buffers.</summary>
    /// <returns>
    /// How many bytes from the position of each on are equal; -1 if there is no difference. Where
    /// one ends and the other goes on they differ.
    /// </returns>
    public static int Mismatch(this PlatformBuffer buffer, PlatformBuffer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int mismatch = buffer.Mismatch(other.RemainingSpan);
        GC.KeepAlive(other);
        return mismatch;
    }
}
