using System.Runtime.InteropServices;

namespace Sluice.Uring.Interop;

/// <summary>The C library's calls that the ring needs. Each returns -1 and sets errno.</summary>
internal static unsafe partial class Libc
{
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_PRIVATE = 2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_POPULATE = 0x8000;
    public static readonly nint MAP_FAILED = -1;

    // syscall(2) is variadic in C; on every ABI that .NET runs on under Linux, integer arguments
    // of a variadic function travel as those of an ordinary one. SetLastError would read and
    // store errno at every call; the caller reads it after a failure, which is sound because the
    // runtime preserves errno on the way back into managed code.
    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial nint Syscall(
        nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(
        nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    public static partial int GetAffinity(int pid, nuint size, ulong* mask);
}
