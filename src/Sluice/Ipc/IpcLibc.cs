using System.Runtime.InteropServices;
using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Ipc;

/// <summary>The C library's calls for descriptors. Each returns -1 and sets errno.</summary>
internal static unsafe partial class IpcLibc
{
    public const int MSG_CTRUNC = 0x8;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;

    // The same number on every CPU.
    private const nint PidfdOpen = 434;

    // By number: glibc has a function since 2.36 only, and musl has none.
    public static int OpenProcess(int pid, uint flags)
    {
        nint result = Libc.Syscall(PidfdOpen, pid, (nint)flags, 0, 0, 0, 0);
        if (result < 0)
            Marshal.SetLastPInvokeError(Marshal.GetLastSystemError());
        return (int)result;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);
}
