using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>The calls of Linux, through the C library.</summary>
internal sealed unsafe partial class LinuxSharedMemorySystem : ISharedMemorySystem
{
    public static readonly LinuxSharedMemorySystem Instance = new();

    private const int AT_EMPTY_PATH = 0x1000;
    private const uint STATX_TYPE_MODE_SIZE = 0x1 | 0x2 | 0x200;
    private const int F_ADD_SEALS = 1033;
    private const int F_GET_SEALS = 1034;
    private const int MS_SYNC = 4;

    private LinuxSharedMemorySystem()
    {
    }

    public int CreateMemfd(string name, uint flags) => Result(memfd_create(name, flags));

    public int OpenShm(string name, int flags, uint mode) => Result(shm_open(name, flags, mode));

    public int UnlinkShm(string name) => Result(shm_unlink(name));

    public int Open(string path, int flags, uint mode) => Result(open(path, flags, mode));

    public int Unlink(string path) => Result(unlink(path));

    public int Truncate(int fd, long size) => Result(ftruncate(fd, size));

    public int Allocate(int fd, long size) => Result(fallocate(fd, 0, 0, size));

    public int GetSeals(int fd) => Result(fcntl(fd, F_GET_SEALS, 0));

    public int AddSeals(int fd, int seals) => Result(fcntl(fd, F_ADD_SEALS, seals));

    public int Stat(int fd, out FileFacts facts)
    {
        var raw = default(Statx);
        int result = Result(statx(fd, "", AT_EMPTY_PATH, STATX_TYPE_MODE_SIZE, &raw));
        facts = new FileFacts(raw.Mode, (long)raw.Size);
        return result;
    }

    public nint Map(nuint length, int protection, int flags, int fd, long offset)
    {
        nint address = mmap(0, length, protection, flags, fd, offset);
        return address == -1 ? -Marshal.GetLastPInvokeError() : address;
    }

    public int Unmap(nint address, nuint length) => Result(munmap(address, length));

    public int Sync(nint address, nuint length) => Result(msync(address, length, MS_SYNC));

    public int Advise(nint address, nuint length, int advice) =>
        Result(madvise(address, length, advice));

    private static int Result(int result) =>
        result == -1 ? -Marshal.GetLastPInvokeError() : result;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int shm_open(string name, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int shm_unlink(string name);

    // open(2) and fcntl(2) are variadic in C; on every ABI that .NET has under Linux integer
    // arguments of a variadic function travel as those of an ordinary one.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(int fd, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int fd, string path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(
        nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int msync(nint address, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(nint address, nuint length, int advice);

    /// <summary>The kernel's <c>struct statx</c>, the same on every CPU.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;
    }
}
