using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Diagnostics;
using Sluice.Uring;

namespace Sluice.Ipc.Channels;

/// <summary>
/// What joins an endpoint with one peer: a control socket whose end is the peer's end, bytes on it
/// that wake, and a descriptor of the peer's process.
/// </summary>
/// <remarks>
/// A byte is sent without waiting. If the socket is full the peer has enough of them to wake up.
/// (An event descriptor would do, but both sides share one open file: a peer could fill it, make
/// it blocking, and hold this side for good.)
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ChannelLink : IMonitored
{
    private readonly Lock _gate = new();
    private readonly ILinkOwner _owner;
    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle? _process;
    private readonly TaskCompletionSource<SharedChannelEnd> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _socketId;
    private long _processId;
    private SharedChannelEnd _end;

    /// <param name="owner">Who is told.</param>
    /// <param name="lane">The lane that the peer has.</param>
    /// <param name="socket">This side's end; the link's to close.</param>
    /// <param name="process">The peer's process; the link's to close.</param>
    public ChannelLink(
        ILinkOwner owner, int lane, SafeFileHandle socket, SafeFileHandle? process)
    {
        _owner = owner;
        _socket = socket;
        _process = process;
        Lane = lane;
        ChannelMetrics.OnPeer();
    }

    public int Lane { get; }

    public Task<SharedChannelEnd> Ended => _ended.Task;

    public SharedChannelEnd End
    {
        get
        {
            // An enum has no volatile read of its own; the fence comes before what is read next.
            SharedChannelEnd end = _end;
            Volatile.ReadBarrier();
            return end;
        }
    }

    /// <summary>Begins to watch; reports may come before this returns.</summary>
    public void Start()
    {
        try
        {
            lock (_gate)
            {
                _socketId = ChannelMonitor.Instance.Add(_socket, this);
                if (_process is not null)
                    _processId = ChannelMonitor.Instance.Add(_process, this);
            }
        }
        catch
        {
            Finish(SharedChannelEnd.Disconnected);
            throw;
        }
    }

    /// <summary>Wakes a peer that waits for a byte.</summary>
    public void Wake()
    {
        byte one = 1;
        lock (_gate)
        {
            if (_end == SharedChannelEnd.None)
            {
                _ = ChannelLibc.Send(
                    _socket, &one, 1, ChannelLibc.MSG_DONTWAIT | IpcLibc.MSG_NOSIGNAL);
            }
        }
    }

    /// <summary>Ends the link; the first reason counts.</summary>
    public void Finish(SharedChannelEnd end)
    {
        lock (_gate)
        {
            if (_end != SharedChannelEnd.None)
                return;

            // After all that the peer did is seen, and before the flag that says so.
            Volatile.WriteBarrier();
            _end = end;
            if (_socketId != 0)
                ChannelMonitor.Instance.Remove(_socketId, _socket);
            if (_processId != 0)
                ChannelMonitor.Instance.Remove(_processId, _process!);

            // A copy of the descriptor in a program that is being started must not keep it open.
            const int Both = 2;
            _ = ChannelLibc.Shutdown(_socket, Both);
            _socket.Dispose();
            _process?.Dispose();
        }

        ChannelMetrics.OnEnded(end);
        _owner.OnEnded(this);
        _ended.SetResult(end);
    }

    void IMonitored.OnReadable(long id)
    {
        if (id == Volatile.Read(ref _processId) || !TryReceive(out bool hasBytes))
        {
            Finish(_owner.HasPeerFinished(this)
                ? SharedChannelEnd.Completed
                : SharedChannelEnd.Died);
        }
        else if (hasBytes)
        {
            _owner.OnWake();
        }
    }

    // False: nobody is there any more.
    private bool TryReceive(out bool hasBytes)
    {
        const int Most = 256;

        byte* bytes = stackalloc byte[Most];
        hasBytes = false;
        lock (_gate)
        {
            if (_end != SharedChannelEnd.None)
                return true;

            nint count = ChannelLibc.Receive(_socket, bytes, Most, ChannelLibc.MSG_DONTWAIT);
            hasBytes = count > 0;
            if (count < 0)
                return (Errno)Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR;
            return count != 0;
        }
    }
}
