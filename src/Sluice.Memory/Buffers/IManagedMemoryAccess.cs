namespace Sluice.Memory;

/// <summary>Memory that is (a part of) a managed array.</summary>
public interface IManagedMemoryAccess
{
    /// <summary>The array itself, not a copy. It may be larger than the buffer.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    byte[] BackingArray { get; }

    /// <summary>Index in <see cref="BackingArray"/> of the buffer's first byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    int BackingArrayOffset { get; }
}
