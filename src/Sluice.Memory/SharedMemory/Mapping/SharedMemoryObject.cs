using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>What a system does with an object: its size, its seals, its maps.</summary>
internal abstract class SharedMemoryObject(SafeFileHandle handle) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Bytes, as they are now.</summary>
    /// <exception cref="SharedMemoryException">The system refused.</exception>
    public abstract long Size { get; }

    public abstract SharedMemorySeals Seals { get; }

    public abstract void Resize(long size);

    public abstract void Seal(SharedMemorySeals seals);

    /// <summary>Maps a part that is not empty and within the object.</summary>
    public abstract NativeAllocation Map(long offset, long length, SharedMemoryAccess access);

    /// <summary>Who takes back what <see cref="Map"/> gave.</summary>
    public abstract NativeSource Mapper { get; }

    /// <summary>Writes what a map changed to the file behind it, if there is one.</summary>
    public abstract void Flush(in NativeAllocation map);

    public abstract void Advise(in NativeAllocation map, SharedMemoryAdvice advice);

    public void Dispose() => Handle.Dispose();
}
