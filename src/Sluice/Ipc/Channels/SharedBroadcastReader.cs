using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Diagnostics;

namespace Sluice.Ipc.Channels;

/// <summary>Reads a broadcast; what it is too slow for, it loses and is told.</summary>
/// <remarks>
/// <b>Memory.</b> Messages are copied into the caller's memory: the writer waits for nobody.
/// <b>Threads.</b> One at a time reads. <see cref="Dispose"/> ends a wait from any thread.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedBroadcastReader : IDisposable, IChannelCondition, ILinkOwner
{
    private readonly ChannelMemory _memory;
    private readonly ChannelMemory _wakeMemory;
    private readonly BroadcastReading _lane;
    private readonly ChannelWaiter _waiter;
    private ChannelLink? _link;
    private int _isDisposed;

    internal unsafe SharedBroadcastReader(
        ChannelMemory memory, ChannelMemory wakeMemory, SharedEndpointOptions options)
    {
        _memory = memory;
        _wakeMemory = wakeMemory;
        _lane = new BroadcastReading(memory.Ring(0), memory.At(0), memory.Geometry);
        WakeWord wake = wakeMemory.Wake(ChannelLayout.ReaderWake);
        wake.Join();
        _waiter = new ChannelWaiter(this, wakeMemory, wake, options, isShared: true);
        ChannelMetrics.AddReader(_lane.Counters);
    }

    /// <summary>The longest message that there can be; memory of this size is enough.</summary>
    public int MessageLengthMax => _memory.Geometry.BroadcastLengthMax;

    /// <summary>How the writer went; <see cref="SharedChannelEnd.None"/> while it is there.
    /// </summary>
    public SharedChannelEnd End => _link switch
    {
        { End: SharedChannelEnd.None } when HasCompleted => SharedChannelEnd.Completed,
        { } link => link.End,
        null => SharedChannelEnd.None,
    };

    bool IChannelCondition.IsReady => _lane.HasNext;

    bool IChannelCondition.HasEnded =>
        Volatile.Read(ref _isDisposed) != 0 || End != SharedChannelEnd.None;

    private bool HasCompleted =>
        Volatile.Read(ref _memory.Word(ChannelLayout.HasCompleted)) != 0;

    /// <summary>Copies the next message that is still there.</summary>
    /// <param name="destination">See <see cref="MessageLengthMax"/>.</param>
    /// <param name="message">Its length, its number, and how many were lost before it.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentException">It is longer than the destination; it stays.</exception>
    /// <exception cref="SharedChannelException">The writer broke the rules.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public bool TryRead(Span<byte> destination, out SharedBroadcastMessage message)
    {
        ThrowIfDisposed();
        bool hasRead = _lane.TryRead(destination, out message);

        // The lane has only addresses: who calls this last of all must not lose the map meanwhile.
        GC.KeepAlive(this);
        return hasRead;
    }

    /// <summary>Waits for a message, on this thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: there are no more; see <see cref="End"/>.</returns>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public bool WaitToRead(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        bool isReady = _waiter.Wait(cancellationToken);
        ThrowIfDisposed();
        return isReady;
    }

    /// <summary><see cref="WaitToRead"/> without a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        bool isReady = await _waiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfDisposed();
        return isReady;
    }

    /// <summary>Waits for a message and copies it, on this thread.</summary>
    /// <param name="destination">See <see cref="MessageLengthMax"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    public SharedBroadcastMessage Read(
        Span<byte> destination, CancellationToken cancellationToken = default)
    {
        SharedBroadcastMessage message;
        while (!TryRead(destination, out message))
        {
            if (!WaitToRead(cancellationToken))
                throw new SharedChannelClosedException(End);
        }

        return message;
    }

    /// <summary><see cref="Read"/> without a thread.</summary>
    /// <param name="destination">The caller's again when the task ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SharedBroadcastMessage> ReadAsync(
        Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        SharedBroadcastMessage message;
        while (!TryRead(destination.Span, out message))
        {
            if (!await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                throw new SharedChannelClosedException(End);
        }

        return message;
    }

    /// <summary>Leaves; waits end. Any number of times.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        _link?.Finish(SharedChannelEnd.Disconnected);
        _waiter.Interrupt();
        ChannelMetrics.Remove(_lane.Counters);
        _memory.Release();
        _wakeMemory.Release();
    }

    void ILinkOwner.OnWake() => _waiter.Signal();

    void ILinkOwner.OnEnded(ChannelLink link) => _waiter.Interrupt();

    bool ILinkOwner.HasPeerFinished(ChannelLink link)
    {
        if (!_memory.TryHold())
            return false;

        bool hasCompleted = HasCompleted;
        _memory.Release();
        return hasCompleted;
    }

    /// <summary>Takes the writer that this side was invited by.</summary>
    internal void Join(SafeFileHandle socket, SafeFileHandle? process)
    {
        _link = new ChannelLink(this, 0, socket, process);
        _link.Start();
    }

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
}
