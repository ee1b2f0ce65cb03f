namespace Sluice.Memory;

/// <summary>Memory with an address that native code and the kernel can use.</summary>
/// <remarks>
/// The address is good until the buffer is disposed. Whoever uses it across a call that might
/// dispose the buffer holds it by <see cref="PlatformBuffer.Pin"/>, which defers the free.
/// </remarks>
public interface INativeMemoryAccess
{
    /// <summary>The address of the first byte, whatever the position is.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    nint NativeAddress { get; }

    /// <summary>Size in bytes, from <see cref="NativeAddress"/>.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    nuint NativeSize { get; }
}
