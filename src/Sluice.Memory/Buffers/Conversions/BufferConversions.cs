namespace Sluice.Memory;

/// <summary>Turns what remains of a buffer into something that others take.</summary>
/// <remarks>
/// None of them moves the position. What is copied:
/// <code>
///                          heap                           native
///   ToNativeData           copy                           copy
///   ToMutableNativeData    copy                           copy
///   ToByteArray            none, if all of it remains     copy
/// </code>
/// Idea: the table of reference/buffer-linux-platform.md. Native memory has one owner who frees
/// it, therefore the copies; for access without one there is
/// <see cref="INativeMemoryAccess.NativeAddress"/>.
/// </remarks>
public static class BufferConversions
{
    /// <summary>Copies what remains to native memory.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>The copy, to be disposed by the caller.</returns>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public static NativeData ToNativeData(this PlatformBuffer buffer) => new(CopyOf(buffer));

    /// <summary>Copies what remains to native memory.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>The copy, to be disposed by the caller.</returns>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public static MutableNativeData ToMutableNativeData(this PlatformBuffer buffer) =>
        new(CopyOf(buffer));

    /// <summary>What remains as an array.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>
    /// The array behind the buffer itself, if the whole array remains to be read: later changes
    /// show on both sides. Else a copy.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public static byte[] ToByteArray(this PlatformBuffer buffer)
    {
        if (buffer is IManagedMemoryAccess managed
            && !buffer.Ownership.IsReused
            && buffer.Remaining == managed.BackingArray.Length)
        {
            return managed.BackingArray;
        }

        byte[] copy = buffer.RemainingSpan.ToArray();
        GC.KeepAlive(buffer);
        return copy;
    }

    private static NativeBuffer CopyOf(PlatformBuffer buffer)
    {
        ReadOnlySpan<byte> source = buffer.RemainingSpan;
        NativeBuffer copy = NativeBuffer.Allocate(source.Length);
        source.CopyTo(copy.WholeSpan);
        GC.KeepAlive(buffer);
        return copy;
    }
}
