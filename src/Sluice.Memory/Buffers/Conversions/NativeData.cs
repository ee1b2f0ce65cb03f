namespace Sluice.Memory;

/// <summary>A copy of a buffer's bytes in native memory, for native code that reads them.</summary>
/// <remarks>
/// It belongs to whoever asked for it and is disposed by them; what happens to the buffer
/// afterwards does not concern it. Threads and errors are those of <see cref="PlatformBuffer"/>.
/// </remarks>
public sealed class NativeData : INativeMemoryAccess, IDisposable
{
    internal NativeData(NativeBuffer buffer) => NativeBuffer = buffer;

    /// <summary>The copy as a buffer; position 0, limit at its end. It ends with this.</summary>
    public NativeBuffer NativeBuffer { get; }

    /// <inheritdoc/>
    public nint NativeAddress => NativeBuffer.NativeAddress;

    /// <inheritdoc/>
    public nuint NativeSize => NativeBuffer.NativeSize;

    /// <summary>The bytes. The span must not be used after the dispose.</summary>
    /// <exception cref="ObjectDisposedException">The data was disposed.</exception>
    public ReadOnlySpan<byte> Span => NativeBuffer.WholeSpan;

    /// <summary>Frees the copy, when no pin is left. Any number of times.</summary>
    public void Dispose() => NativeBuffer.Dispose();
}
