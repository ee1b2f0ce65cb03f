using System.Text.RegularExpressions;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>
/// What is asked of the C library by name must be in every one that .NET runs on. A name that is
/// missing shows only where it is called, as an exception that nobody expects there. What is newer
/// goes by its number, through <c>syscall(2)</c>.
/// </summary>
public sealed partial class CLibraryTests
{
    // In glibc 2.27 and musl 1.2, but for the last line: statx came with glibc 2.28, and glibc
    // before 2.34 has shm_open in a library of its own. They are for shared memory alone.
    private static readonly HashSet<string> Known =
    [
        "close", "epoll_create1", "epoll_ctl", "epoll_wait", "eventfd", "fallocate", "fcntl",
        "fstatfs", "ftruncate", "getpeername", "getsockname", "getsockopt", "madvise",
        "memfd_create", "mmap", "mprotect", "msync", "munmap", "open", "poll",
        "pthread_attr_destroy", "pthread_attr_getstack", "pthread_getattr_np", "pthread_self",
        "recv", "recvmsg", "sched_getaffinity", "sched_setaffinity", "sched_setscheduler", "send",
        "sendmsg", "setsockopt", "shutdown", "socketpair", "syscall", "unlink", "write",
        "shm_open", "shm_unlink", "statx",
    ];

    [Fact]
    public void Imports_OfTheCLibrary_AreInEveryVersionOfIt()
    {
        string[] imports =
        [
            .. RepositoryFiles.Read()
                .Where(static file =>
                    file.IsCSharp && file.Path.StartsWith("src/", StringComparison.Ordinal))
                .SelectMany(static file => Import().Matches(file.Text))
                .Select(static match => match.Groups["name"] is { Success: true } name
                    ? name.Value
                    : match.Groups["method"].Value),
        ];

        Assert.NotEmpty(imports);
        Assert.Empty(imports.Except(Known, StringComparer.Ordinal));
        Assert.Empty(Known.Except(imports, StringComparer.Ordinal));
    }

    [GeneratedRegex(
        @"\[(Library|Dll)Import\(""libc""(, EntryPoint = ""(?<name>\w+)"")?[^\]]*\]"
            + @"\s+[\w ]+? (?<method>\w+)\(")]
    private static partial Regex Import();
}
