using Microsoft.Win32.SafeHandles;
using Sluice.Memory;

namespace Sluice.Ipc;

/// <summary>What was received: bytes in the caller's memory, and descriptors.</summary>
/// <remarks>
/// Disposing it closes the descriptors that were not taken. Not for use by several threads.
/// </remarks>
public sealed class DescriptorMessage : IDisposable
{
    private readonly SafeFileHandle?[] _descriptors;

    internal DescriptorMessage(int length, bool isTruncated, SafeFileHandle[] descriptors)
    {
        Length = length;
        IsTruncated = isTruncated;
        _descriptors = descriptors;
    }

    /// <summary>How many bytes came; 0 at the end of the stream.</summary>
    public int Length { get; }

    /// <summary>
    /// Whether the packet was longer than the caller's memory, and its rest is lost.
    /// </summary>
    public bool IsTruncated { get; }

    /// <summary>How many descriptors came with the bytes, taken or not.</summary>
    public int DescriptorCount => _descriptors.Length;

    /// <summary>Takes a descriptor; it is the caller's to close.</summary>
    /// <param name="index">Which, in the order that they were sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    /// <exception cref="InvalidOperationException">It was taken, or closed.</exception>
    public SafeFileHandle Take(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _descriptors.Length);
        SafeFileHandle handle = _descriptors[index]
            ?? throw new InvalidOperationException("The descriptor was taken or closed.");
        _descriptors[index] = null;
        return handle;
    }

    /// <summary>Takes a descriptor that must be a shared memory object.</summary>
    /// <param name="index">Which, in the order that they were sent.</param>
    /// <param name="requirements">See <see cref="SharedMemory.Open"/>.</param>
    /// <returns>The object, to be disposed by the caller.</returns>
    /// <exception cref="SharedMemoryException">
    /// It is not as required; the message says what is missing. It was closed.
    /// </exception>
    public SharedMemory TakeSharedMemory(
        int index, SharedMemoryRequirements? requirements = null)
    {
        SafeFileHandle handle = Take(index);
        try
        {
            return SharedMemory.Open(handle, requirements);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Closes what was not taken. Any number of times.</summary>
    public void Dispose()
    {
        foreach (ref SafeFileHandle? handle in _descriptors.AsSpan())
        {
            handle?.Dispose();
            handle = null;
        }
    }
}
