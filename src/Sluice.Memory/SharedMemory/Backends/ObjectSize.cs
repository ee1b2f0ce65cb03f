using Microsoft.Win32.SafeHandles;

namespace Sluice.Memory;

/// <summary>Gives an object its size.</summary>
internal static class ObjectSize
{
    private const int EINTR = 4;
    private const int EOPNOTSUPP = 95;

    /// <summary>Sets the size, and takes the space unless that may come later.</summary>
    /// <returns>Zero, or <c>-errno</c>.</returns>
    public static int TrySet(
        ISharedMemorySystem system, SafeFileHandle handle, long size, bool isSparse) =>
        TrySet(system, (int)handle.DangerousGetHandle(), size, isSparse);

    /// <inheritdoc cref="TrySet(ISharedMemorySystem, SafeFileHandle, long, bool)"/>
    public static int TrySet(ISharedMemorySystem system, int fd, long size, bool isSparse)
    {
        int result = system.Truncate(fd, size);
        if (result != 0 || isSparse || size == 0)
            return result;

        // It can take long, and a signal of the runtime interrupts it: then it starts again.
        do
            result = system.Allocate(fd, size);
        while (result == -EINTR);

        // A file system that cannot say beforehand leaves it to the first touch.
        return result == -EOPNOTSUPP ? 0 : result;
    }
}
