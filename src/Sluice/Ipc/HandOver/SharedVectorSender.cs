using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Ipc.Channels;
using Sluice.Memory;

namespace Sluice.Ipc.HandOver;

/// <summary>
/// Hands blocks of an <see cref="IoHeap"/> to another process without copying them: what travels
/// is where they lie.
/// </summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> A block that was sent is kept by this side until the receiver has released
/// it, or has gone. What comes back goes to its heap in <see cref="Collect"/>; call it when the
/// heap has no more blocks, and in each turn of a loop. The receiver sees what is written to the
/// block after it was sent: clones of it should only be read.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time.
/// </para>
/// <para>
/// <b>Errors.</b> A receiver that breaks the rules is a <see cref="SharedChannelException"/>. It
/// can only give back early what it has itself. Dispose the sender then.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedVectorSender : IDisposable
{
    private readonly SharedChannelWriter _forward;
    private readonly SharedChannelReader _returns;
    private readonly SentSlabs _slabs;
    private readonly InFlightTable _table;

    // The two channels end one after the other.
    private readonly SharedChannelPeer _receiver;
    private readonly SharedChannelPeer _returner;
    private bool _isDisposed;

    private SharedVectorSender(
        SharedChannelWriter forward,
        SharedChannelReader returns,
        SharedChannelPeer receiver,
        SharedChannelPeer returner,
        SentSlabs slabs,
        int inFlightMax)
    {
        _forward = forward;
        _returns = returns;
        _receiver = receiver;
        _returner = returner;
        _slabs = slabs;
        _table = new InFlightTable(inFlightMax);
    }

    /// <summary>How many blocks the receiver has.</summary>
    public int InFlightCount => _table.Count;

    /// <summary>How the receiver went; none if it has not.</summary>
    public SharedChannelEnd End =>
        _receiver.End == SharedChannelEnd.None ? _returner.End : _receiver.End;

    /// <summary>Completes when the receiver has gone, with the reason.</summary>
    public Task<SharedChannelEnd> Ended => _receiver.Ended;

    private bool HasReceiverGone =>
        _receiver.End != SharedChannelEnd.None || _returner.End != SharedChannelEnd.None;

    /// <summary>Makes a sender, and its receiver's part for a peer.</summary>
    /// <param name="channel">
    /// To the peer, which calls <see cref="SharedVectorReceiver.Attach"/>. It stays the caller's.
    /// </param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>A sender, to be disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="IOException">The messages could not be sent.</exception>
    public static SharedVectorSender Create(
        DescriptorChannel channel, SharedVectorSenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= new SharedVectorSenderOptions();
        options.Validate();
        SentSlabs? slabs = null;
        SharedChannelWriter? forward = null;
        SharedChannelReader? returns = null;
        try
        {
            slabs = new SentSlabs(HandOverGreeting.Send(channel, options.InFlightMax));
            forward = SharedChannel.CreateWriter(
                ToChannel(options, HandOverLimits.ForwardCapacity(options.InFlightMax)));
            returns = SharedChannel.CreateReader(
                ToChannel(options, HandOverLimits.ReturnCapacity(options.InFlightMax)));
            SharedChannelPeer receiver = forward.ShareReader(channel);
            SharedChannelPeer returner = returns.ShareWriter(channel);
            return new SharedVectorSender(
                forward, returns, receiver, returner, slabs, options.InFlightMax);
        }
        catch
        {
            returns?.Dispose();
            forward?.Dispose();
            slabs?.Dispose();
            throw;
        }
    }

    /// <summary>Hands a block over, if the receiver can have one more.</summary>
    /// <param name="vector">
    /// Shared, of a heap whose slabs are shared memory. The reference is the sender's afterwards
    /// and the variable is cleared; without success it stays the caller's.
    /// </param>
    /// <param name="tag">Anything; it arrives with the block.</param>
    /// <returns>
    /// False: as many blocks are out as may be. See <see cref="WaitForReturns"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The vector is not of that kind.</exception>
    /// <exception cref="InvalidOperationException">The heap has too many slabs.</exception>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    /// <exception cref="SharedChannelClosedException">The receiver has gone.</exception>
    /// <exception cref="SharedChannelException">The receiver broke the rules.</exception>
    public bool TrySend(ref IoVector vector, ulong tag = 0)
    {
        ThrowIfDisposed();
        if (HasReceiverGone)
            throw new SharedChannelClosedException(End);
        IoSlab slab = vector.Slab;
        if (vector.Sharing != IoVectorSharing.Shared)
            throw new ArgumentException("The vector is Local.", nameof(vector));
        if (!_table.TryPeek(out int ticket) && (Collect() == 0 || !_table.TryPeek(out ticket)))
            return false;
        if (!_slabs.TryGet(slab, out uint number))
            return TrySendFirst(slab, ref vector, tag, ticket);

        HandOverMessage message = Describe(slab, number, vector, ticket, tag);
        _table.Add(ref vector);
        bool isSent = false;
        try
        {
            isSent = _forward.TryWrite(
                MemoryMarshal.AsBytes(new ReadOnlySpan<HandOverMessage>(in message)));
        }
        finally
        {
            if (!isSent)
                _table.Undo(ref vector);
        }

        return isSent;
    }

    /// <summary>Releases what the receiver has given back, or all if it has gone.</summary>
    /// <returns>How many blocks.</returns>
    /// <exception cref="SharedChannelException">The receiver broke the rules.</exception>
    public int Collect()
    {
        ThrowIfDisposed();

        // In this order: what it gave back before it went counts once.
        bool hasEnded = HasReceiverGone;
        int count = 0;
        while (_returns.TryRead(out ReadOnlySpan<byte> message))
        {
            if (message.Length != sizeof(uint))
                throw new SharedChannelException("return", $"it has {message.Length} bytes");
            uint ticket = MemoryMarshal.Read<uint>(message);
            if (!_table.TryRelease(ticket))
                throw new SharedChannelException("ticket", $"nothing is out with {ticket}");
            count++;
        }

        if (count > 0)
            _returns.Advance();
        return hasEnded ? count + _table.ReleaseAll() : count;
    }

    /// <summary>Waits on this thread until a block came back, and collects.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many blocks; 0 if none is out.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="SharedChannelException">The receiver broke the rules.</exception>
    public int WaitForReturns(CancellationToken cancellationToken = default)
    {
        int count = Collect();
        if (count != 0 || InFlightCount == 0)
            return count;

        _ = _returns.WaitToRead(cancellationToken);
        return Collect();
    }

    /// <summary><see cref="WaitForReturns"/> without a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many blocks; 0 if none is out.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> WaitForReturnsAsync(CancellationToken cancellationToken = default)
    {
        int count = Collect();
        if (count != 0 || InFlightCount == 0)
            return count;

        _ = await _returns.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        return Collect();
    }

    /// <summary>
    /// Tells the receiver which slabs its heap has given back, so that it unmaps them. It is done
    /// whenever a new slab is sent, too.
    /// </summary>
    /// <returns>How many slabs.</returns>
    /// <exception cref="SharedChannelClosedException">The receiver has gone.</exception>
    public int ForgetSlabs()
    {
        ThrowIfDisposed();
        int count = 0;
        while (_slabs.TryFindGone(out IoSlab? slab, out uint number))
        {
            var message = new HandOverMessage(number, HandOverMessage.Forget, 0, 0, 0);
            if (!_forward.TryWrite(
                MemoryMarshal.AsBytes(new ReadOnlySpan<HandOverMessage>(in message))))
            {
                break;
            }

            _slabs.Remove(slab!);
            count++;
        }

        return count;
    }

    /// <summary>No more blocks will come; those that are out are still the receiver's.</summary>
    public void Complete() => _forward.Complete();

    /// <summary>
    /// Ends the connection and takes back all blocks, at once. A receiver that still reads them
    /// sees what is written to them next: wait until none is out, or for its end, before.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        _forward.Dispose();
        _returns.Dispose();
        _slabs.Dispose();
        _ = _table.ReleaseAll();
    }

    private static SharedChannelOptions ToChannel(SharedEndpointOptions options, int capacity) =>
        new()
        {
            Capacity = capacity,
            SpinTime = options.SpinTime,
            Reactor = options.Reactor,
            WatchProcess = options.WatchProcess,
        };

    private static HandOverMessage Describe(
        IoSlab slab, uint number, in IoVector vector, int ticket, ulong tag) => new(
            number,
            (uint)ticket,
            (uint)(vector.Address - slab.Address),
            (uint)vector.Length,
            tag);

    // The object goes first, and the block only if there is room for it: a receiver that does not
    // look gets no more objects than blocks.
    private bool TrySendFirst(IoSlab slab, ref IoVector vector, ulong tag, int ticket)
    {
        SharedMemory memory = slab.SharedMemory
            ?? throw new ArgumentException("The heap's slabs are private.", nameof(vector));
        _ = ForgetSlabs();
        if (!_forward.TryClaim(HandOverMessage.Size, out Span<byte> room))
            return false;

        bool isSent = false;
        try
        {
            if (_slabs.TryAnnounce(slab, memory, out uint number))
            {
                HandOverMessage message = Describe(slab, number, vector, ticket, tag);
                _table.Add(ref vector);
                MemoryMarshal.Write(room, in message);
                isSent = true;
            }
        }
        finally
        {
            if (!isSent)
                _forward.Abandon();
        }

        if (isSent)
            _forward.Commit(HandOverMessage.Size);
        return isSent;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
