using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Copies bytes out of a buffer and into it.</summary>
/// <remarks>
/// Each throws <see cref="BufferUnderflowException"/> or <see cref="BufferOverflowException"/> if
/// the buffer has not as much left, and <see cref="ObjectDisposedException"/> after the dispose;
/// nothing has changed then.
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
}
