using Microsoft.Win32.SafeHandles;

namespace Sluice.Tool.Serving.Files;

/// <summary>An open file or directory, to be disposed by whoever asked for it.</summary>
/// <param name="Handle">Open for reading.</param>
/// <param name="IsDirectory">Whether it holds names instead of bytes.</param>
/// <param name="Length">In bytes, when it was opened.</param>
/// <param name="LastModified">With the file system's full precision.</param>
internal sealed record FileEntry(
    SafeFileHandle Handle, bool IsDirectory, long Length, DateTimeOffset LastModified)
    : IDisposable
{
    /// <summary>A path that leads to what is open, whatever happens to its names.</summary>
    public static string KernelPath(SafeFileHandle handle) =>
        $"/proc/self/fd/{handle.DangerousGetHandle()}";

    public void Dispose() => Handle.Dispose();
}
