using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc.Channels;

namespace Sluice.Ipc.HandOver;

/// <summary>Receives blocks of another process, where they lie.</summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> A block is this side's to read until its lease is released; then the sender
/// uses it for something else. Leases outlive <see cref="Dispose"/>: the connection and the maps
/// end with the last of them.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time receives. Any thread releases, and any thread disposes.
/// </para>
/// <para>
/// <b>Errors.</b> A sender that breaks the rules is a <see cref="SharedChannelException"/>, and so
/// is every call that follows. Leases that were given out stay good.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedVectorReceiver : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SharedChannelReader _forward;
    private readonly SharedChannelWriter _returns;
    private readonly SlabViews _views;

    // Odd while the ticket is out.
    private readonly uint[] _generations;
    private long _leasedCount;
    private long _releasedCount;
    private SharedChannelException? _fault;
    private bool _isDisposed;
    private bool _isClosed;

    private SharedVectorReceiver(
        SharedChannelReader forward,
        SharedChannelWriter returns,
        SlabViews views,
        int inFlightMax)
    {
        _forward = forward;
        _returns = returns;
        _views = views;
        _generations = new uint[inFlightMax];
    }

    /// <summary>How many blocks were received and not released.</summary>
    public int LeaseCount =>
        (int)(Volatile.Read(ref _leasedCount) - Volatile.Read(ref _releasedCount));

    /// <summary>How the sender went; none while it is there.</summary>
    public SharedChannelEnd End => _forward.End;

    /// <summary>Takes the part of a receiver that a peer shares; waits for it.</summary>
    /// <param name="channel">
    /// To the peer, which calls <see cref="SharedVectorSender.Create"/>. It stays the caller's.
    /// </param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>A receiver, to be disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SharedChannelException">
    /// What came is refused; the exception names the check.
    /// </exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public static SharedVectorReceiver Attach(
        DescriptorChannel channel, SharedVectorReceiverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= new SharedVectorReceiverOptions();
        options.Validate();
        DescriptorChannel slabs = HandOverGreeting.Receive(channel, out int inFlightMax);
        SharedChannelReader? forward = null;
        try
        {
            forward = SharedChannel.AttachReader(channel, options);
            SharedChannelWriter returns = SharedChannel.AttachWriter(channel, options);
            return new SharedVectorReceiver(
                forward, returns, new SlabViews(slabs, options), inFlightMax);
        }
        catch
        {
            forward?.Dispose();
            slabs.Dispose();
            throw;
        }
    }

    /// <summary>The next block, if there is one.</summary>
    /// <param name="lease">The block, to be released.</param>
    /// <exception cref="SharedChannelException">The sender broke the rules.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed.</exception>
    public bool TryReceive(out SharedVectorLease lease)
    {
        ThrowIfUnable();
        while (_forward.TryRead(out ReadOnlySpan<byte> bytes))
        {
            // Read once: what is checked is what is used.
            HandOverMessage message = bytes.Length == HandOverMessage.Size
                ? MemoryMarshal.Read<HandOverMessage>(bytes)
                : throw Fault(new SharedChannelException(
                    "message", $"it has {bytes.Length} bytes, not {HandOverMessage.Size}"));
            _forward.Advance();
            if (TryAccept(message, out lease))
                return true;
        }

        lease = default;
        return false;
    }

    /// <summary>Waits for a block, on this thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: there is none, and there will be none; see <see cref="End"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="SharedChannelException">The sender broke the rules.</exception>
    /// <exception cref="ObjectDisposedException">The receiver was disposed.</exception>
    public bool WaitToReceive(CancellationToken cancellationToken = default)
    {
        ThrowIfUnable();
        return _forward.WaitToRead(cancellationToken);
    }

    /// <summary><see cref="WaitToReceive"/> without a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: there is no block, and there will be none.</returns>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnable();
        return _forward.WaitToReadAsync(cancellationToken);
    }

    /// <summary>Waits for a block and takes it, on this thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The block, to be released.</returns>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    public SharedVectorLease Receive(CancellationToken cancellationToken = default)
    {
        SharedVectorLease lease;
        while (!TryReceive(out lease))
        {
            if (!WaitToReceive(cancellationToken))
                throw new SharedChannelClosedException(End);
        }

        return lease;
    }

    /// <summary><see cref="Receive"/> without a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The block, to be released.</returns>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SharedVectorLease> ReceiveAsync(
        CancellationToken cancellationToken = default)
    {
        SharedVectorLease lease;
        while (!TryReceive(out lease))
        {
            if (!await WaitToReceiveAsync(cancellationToken).ConfigureAwait(false))
                throw new SharedChannelClosedException(End);
        }

        return lease;
    }

    /// <summary>
    /// Receives no more. The sender sees the end when the last lease is released. Any number of
    /// times, on the thread that receives.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            CloseIfUnused();
        }
    }

    internal bool IsLive(int ticket, uint generation) =>
        Volatile.Read(ref _generations[ticket]) == generation;

    internal void Release(SlabView view, int ticket, uint generation)
    {
        lock (_gate)
        {
            if (_generations[ticket] != generation)
                throw new InvalidOperationException("The block was released already.");

            // Before the sender can know: it may send the ticket again at once.
            Volatile.Write(ref _generations[ticket], generation + 1);
            view.ReleasedCount++;
            _releasedCount++;
            GiveBack((uint)ticket);
            if (_isDisposed)
                CloseIfUnused();
        }
    }

    private void GiveBack(uint ticket)
    {
        try
        {
            // There is room for all tickets. If there is none, the sender broke the rules, and
            // what it does not take back it does not have.
            _ = _returns.TryWrite(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in ticket)));
        }
        catch (IOException)
        {
            // The sender has gone, or was found to break the rules: nobody waits for the block.
        }
    }

    private bool TryAccept(in HandOverMessage message, out SharedVectorLease lease)
    {
        lease = default;
        try
        {
            if (message.Ticket == HandOverMessage.Forget)
            {
                lock (_gate)
                    _views.Forget(message.Slab);
                return false;
            }

            SlabView view = _views.Get(message.Slab);
            if (message.Offset > (uint)view.Length
                || message.Length > (uint)view.Length - message.Offset)
            {
                throw new SharedChannelException(
                    "length",
                    $"{message.Length} bytes at {message.Offset} are not in slab {message.Slab}");
            }

            uint[] generations = _generations;
            if (message.Ticket >= (uint)generations.Length
                || (Volatile.Read(ref generations[message.Ticket]) & 1) != 0)
            {
                throw new SharedChannelException(
                    "ticket", $"{message.Ticket} is out, or is none");
            }

            uint generation = generations[message.Ticket] + 1;
            Volatile.Write(ref generations[message.Ticket], generation);
            view.LeasedCount++;
            Volatile.Write(ref _leasedCount, _leasedCount + 1);
            RequireOpen();
            lease = new SharedVectorLease(this, view, message, generation);
            return true;
        }
        catch (IOException error)
        {
            throw Fault(error as SharedChannelException
                ?? new SharedChannelException("slab", error.Message, error));
        }
    }

    // After a lease was counted. The close may still be put off for it, under the lock.
    private void RequireOpen()
    {
        if (!Volatile.Read(ref _isClosed))
            return;

        lock (_gate)
        {
            if (!_isClosed)
                return;

            Volatile.Write(ref _leasedCount, _leasedCount - 1);
            throw new ObjectDisposedException(GetType().FullName);
        }
    }

    private SharedChannelException Fault(SharedChannelException fault) => _fault = fault;

    private void CloseIfUnused()
    {
        if (_isClosed || LeaseCount != 0)
            return;

        // A thread that receives counts its lease, then looks whether this is closed. The fence
        // that it lacks in between is here: one of the two sees the other.
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrierProcessWide();
        if (LeaseCount != 0)
        {
            _isClosed = false;
            return;
        }

        _forward.Dispose();
        _returns.Dispose();
        _views.Dispose();
    }

    private void ThrowIfUnable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_fault is not null)
            throw new SharedChannelException(_fault.Check, _fault.Message, _fault);
    }
}
