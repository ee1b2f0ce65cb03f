using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Tool.Serving.Files;

/// <summary>
/// The directory whose files are served, and the only way to open one. Safe for use by several
/// threads.
/// </summary>
/// <remarks>
/// <para>
/// Nothing outside of the directory can be opened. Names are checked first: "..", empty names
/// and names that begin with a dot (".git", ".env"; ".well-known" is the exception) do not
/// exist. What was opened is checked after that, by the path that the kernel knows it under: a
/// symbolic link may lead to another place within the directory, never out of it, and nobody can
/// win a race by exchanging a link between a check and its use.
/// </para>
/// <para>
/// Opening never waits: a named pipe would block for its writer otherwise.
/// </para>
/// </remarks>
internal sealed partial class FileRoot
{
    private const string WellKnown = ".well-known";

    // The values of every architecture that .NET runs Linux on.
    private const int ReadOnly = 0;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly string _prefix;

    private FileRoot(string path)
    {
        Path = path;
        _prefix = path.EndsWith('/') ? path : path + "/";
    }

    /// <summary>The directory's real path.</summary>
    public string Path { get; }

    /// <summary>Takes a directory to serve.</summary>
    /// <exception cref="UserErrorException">There is none, or it cannot be read.</exception>
    public static FileRoot Open(string directory)
    {
        using SafeFileHandle? handle = OpenReadOnly(System.IO.Path.GetFullPath(directory));
        if (handle is null)
            throw new UserErrorException($"The directory \"{directory}\" cannot be opened.");
        if (!IsDirectory(handle))
            throw new UserErrorException($"\"{directory}\" is not a directory.");
        return new FileRoot(
            PathOf(handle)
            ?? throw new UserErrorException("/proc is not mounted: files cannot be served."));
    }

    /// <summary>Opens a file or a directory.</summary>
    /// <param name="requestPath">A decoded path that begins with a slash.</param>
    /// <returns>Null if there is nothing that may be served.</returns>
    public FileEntry? TryOpen(string requestPath)
    {
        if (!IsAllowed(requestPath))
            return null;

        SafeFileHandle? handle = OpenReadOnly(_prefix + requestPath[1..]);
        if (handle is null)
            return null;

        FileEntry? entry = IsInside(PathOf(handle)) ? Describe(handle) : null;
        if (entry is null)
            handle.Dispose();
        return entry;
    }

    /// <summary>Whether a name is shown and served.</summary>
    public static bool IsVisible(ReadOnlySpan<char> name) => name is WellKnown || name[0] != '.';

    private static bool IsAllowed(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path[0] != '/' || path.Contains('\0'))
            return false;

        path = path[1..];
        foreach (Range range in path.Split('/'))
        {
            // Only the last name may be empty: the path of a directory ends with a slash.
            ReadOnlySpan<char> name = path[range];
            if (name.IsEmpty ? range.End.GetOffset(path.Length) != path.Length : !IsVisible(name))
                return false;
        }

        return true;
    }

    private static FileEntry? Describe(SafeFileHandle handle)
    {
        try
        {
            bool isDirectory = IsDirectory(handle);
            return new FileEntry(
                handle,
                isDirectory,
                // Throws for pipes and sockets: what has no length is not served.
                isDirectory ? 0 : RandomAccess.GetLength(handle),
                new DateTimeOffset(File.GetLastWriteTimeUtc(handle)));
        }
        catch (Exception failure) when (failure is IOException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsDirectory(SafeFileHandle handle) =>
        (File.GetAttributes(handle) & FileAttributes.Directory) != 0;

    private bool IsInside(string? path) =>
        path is not null
        && (path == Path || path.StartsWith(_prefix, StringComparison.Ordinal));

    private static string? PathOf(SafeFileHandle handle)
    {
        try
        {
            return new FileInfo(FileEntry.KernelPath(handle)).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static SafeFileHandle? OpenReadOnly(string path)
    {
        int fd = open(path, ReadOnly | NonBlocking | NoControllingTerminal | CloseOnExec);
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
