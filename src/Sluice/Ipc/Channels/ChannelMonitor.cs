using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;

namespace Sluice.Ipc.Channels;

/// <summary>
/// The one thread of a process that watches the control sockets and peers of all its channels.
/// </summary>
/// <remarks>
/// It starts with the first channel and stays. Registrations have numbers that are never used
/// again, because a descriptor's is. It holds no state of any channel, so that channels do not
/// depend on each other.
/// </remarks>
[SupportedOSPlatform("linux")]
#pragma warning disable CA1001 // It stays for the life of the process.
internal sealed unsafe class ChannelMonitor
#pragma warning restore CA1001
{
    private readonly ConcurrentDictionary<long, IMonitored> _targets = new();
    private readonly SafeFileHandle _epoll;
    private long _lastId;

    private ChannelMonitor()
    {
        int fd = ChannelLibc.EpollCreate(ChannelLibc.EpollCloseOnExec);
        if (fd < 0)
            throw LastError();

        _epoll = new SafeFileHandle(fd, ownsHandle: true);
        var thread = new Thread(Run)
        {
            IsBackground = true,
            Name = "sluice-channels",
        };
        thread.Start();
    }

    public static ChannelMonitor Instance => Holder.Monitor;

    /// <summary>Watches a descriptor until <see cref="Remove"/>.</summary>
    /// <returns>The number of the registration.</returns>
    public long Add(SafeHandle file, IMonitored target)
    {
        long id = Interlocked.Increment(ref _lastId);
        _targets[id] = target;
        Span<byte> settings = stackalloc byte[ChannelLibc.EpollEventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(
            settings, ChannelLibc.EPOLLIN | ChannelLibc.EPOLLRDHUP);
        BinaryPrimitives.WriteInt64LittleEndian(settings[ChannelLibc.EpollDataOffset..], id);
        fixed (byte* start = settings)
        {
            if (ChannelLibc.EpollControl(_epoll, ChannelLibc.EPOLL_CTL_ADD, file, start) == 0)
                return id;
        }

        IOException error = LastError();
        _targets.TryRemove(id, out _);
        throw error;
    }

    /// <summary>Stops watching; a report may be under way. Before the descriptor is closed.
    /// </summary>
    public void Remove(long id, SafeHandle file)
    {
        _targets.TryRemove(id, out _);
        _ = ChannelLibc.EpollControl(_epoll, ChannelLibc.EPOLL_CTL_DEL, file, null);
    }

    private static IOException LastError() =>
        SocketErrors.ToException((Errno)Marshal.GetLastPInvokeError());

    private void Run()
    {
        const int EventsMax = 64;

        int size = ChannelLibc.EpollEventSize;
        byte* events = stackalloc byte[EventsMax * 16];
        while (true)
        {
            int count = ChannelLibc.EpollWait(_epoll, events, EventsMax, -1);
            for (int i = 0; i < count; i++)
            {
                var data = new ReadOnlySpan<byte>(
                    events + (i * size) + ChannelLibc.EpollDataOffset, sizeof(long));
                long id = BinaryPrimitives.ReadInt64LittleEndian(data);
                if (_targets.TryGetValue(id, out IMonitored? target))
                    target.OnReadable(id);
            }
        }
    }

    private static class Holder
    {
        public static readonly ChannelMonitor Monitor = new();
    }
}
