using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Uring.Interop;

namespace Sluice.Ipc.Channels;

/// <summary>The system calls of channels. Failures are -1 with errno unless said.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class ChannelLibc
{
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOL_SOCKET = 1;
    public const int SO_TYPE = 3;
    public const int SO_DOMAIN = 39;
    public const int MSG_DONTWAIT = 0x40;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 1;
    public const uint EPOLLRDHUP = 0x2000;
    public const int EpollCloseOnExec = 0x80000;
    public const uint HugeFileSystem = 0x958458F6;

    private const int SOCK_CLOEXEC = 0x80000;
    private const int FUTEX_WAIT = 0;
    private const int FUTEX_WAKE = 1;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    // The numbers of the unified table are those of arm64, riscv64 and loongarch64.
    private static nint FutexNumber => IsX64 ? 202 : 98;

    private static nint MembarrierNumber => IsX64 ? 324 : 283;

    /// <summary>Bytes of one event; packed on x86-64 only.</summary>
    public static int EpollEventSize => IsX64 ? 12 : 16;

    /// <summary>Offset of an event's data.</summary>
    public static int EpollDataOffset => EpollEventSize - sizeof(long);

    // Never FUTEX_PRIVATE_FLAG: the other side is another process.
    public static void FutexWait(uint* word, uint expected) =>
        _ = Libc.Syscall(FutexNumber, (nint)word, FUTEX_WAIT, (nint)expected, 0, 0, 0);

    public static void FutexWake(uint* word) =>
        _ = Libc.Syscall(FutexNumber, (nint)word, FUTEX_WAKE, int.MaxValue, 0, 0, 0);

    public static int Membarrier(int command) =>
        (int)Libc.Syscall(MembarrierNumber, command, 0, 0, 0, 0, 0);

    public static int SocketPair(int* pair) =>
        SocketPair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(
        SafeHandle socket, int level, int name, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int FileSystemOf(SafeHandle file, long* facts);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(
        SafeHandle epoll, int operation, SafeHandle file, byte* settings);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(
        SafeHandle epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* pair);
}
