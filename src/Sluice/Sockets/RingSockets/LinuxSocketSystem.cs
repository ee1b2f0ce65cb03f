using System.Runtime.InteropServices;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>The running kernel, by the C library.</summary>
internal sealed unsafe partial class LinuxSocketSystem : ISocketSystem
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;
    private const int O_CLOEXEC = 0x80000;
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;
    private const short POLLRDHUP = 0x2000;

    private LinuxSocketSystem()
    {
    }

    public static LinuxSocketSystem Instance { get; } = new();

    public int CreateEvent() => Result(EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK));

    public int SignalEvent(int fd)
    {
        ulong one = 1;
        return Result((int)Write(fd, &one, sizeof(ulong)));
    }

    public int OpenZeros()
    {
        fixed (byte* path = "/dev/zero\0"u8)
            return Result(Open(path, O_CLOEXEC));
    }

    public int SetOption(int fd, int level, int name, ReadOnlySpan<int> value)
    {
        fixed (int* p = value)
            return Result(SetSockOpt(fd, level, name, p, (uint)(value.Length * sizeof(int))));
    }

    public int GetLocalName(int fd, byte* address, int capacity)
    {
        uint length = (uint)capacity;
        int result = Result(GetSockName(fd, address, &length));
        return result < 0 ? result : (int)length;
    }

    public int GetPeerName(int fd, byte* address, int capacity)
    {
        uint length = (uint)capacity;
        int result = Result(GetPeerNameCall(fd, address, &length));
        return result < 0 ? result : (int)length;
    }

    public int TrySend(int fd, ReadOnlySpan<BufferSegment> segments)
    {
        const int Flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        if (segments.Length == 1)
            return Result((int)Send(fd, (void*)segments[0].Address, segments[0].Length, Flags));

        fixed (BufferSegment* p = segments)
        {
            var message = new MessageHeader
            {
                Segments = (nint)p,
                SegmentCount = (nuint)segments.Length,
            };
            return Result((int)SendMessage(fd, &message, Flags));
        }
    }

    public int HasEnded(int fd)
    {
        // POLLHUP and POLLERR are reported without being asked for.
        var poll = new PollDescriptor { Fd = fd, Events = POLLRDHUP };
        return Result(Poll(&poll, 1, timeoutMilliseconds: 0));
    }

    public int Shutdown(int fd, int how) => Result(ShutdownCall(fd, how));

    public int Close(int fd) => Result(CloseCall(fd));

    private static int Result(int value) => value == -1 ? -Marshal.GetLastPInvokeError() : value;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int fd, void* data, nuint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    private static partial int GetSockName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    private static partial int GetPeerNameCall(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int fd, void* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* first, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int ShutdownCall(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCall(int fd);

    private struct PollDescriptor
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}
