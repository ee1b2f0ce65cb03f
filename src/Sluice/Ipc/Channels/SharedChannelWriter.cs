// Long: the calls of one endpoint belong together, and their descriptions are half of it.
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Diagnostics;
using Sluice.Reactors;

namespace Sluice.Ipc.Channels;

/// <summary>The writing end of a channel in shared memory.</summary>
/// <remarks>
/// <para>
/// <b>Memory.</b> A claim is room in the ring, this side's until it is committed or abandoned. The
/// reader sees a message when it is committed, never before, and never a part of it.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time writes. <see cref="Dispose"/> ends a wait from any thread.
/// </para>
/// <para>
/// <b>Errors.</b> <see cref="SharedChannelClosedException"/> when the reader has gone;
/// <see cref="SharedChannelException"/> when it broke the rules. Neither has written anything.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedChannelWriter : IDisposable, IChannelCondition, ILinkOwner
{
    private readonly Lock _gate = new();
    private readonly ChannelMemory _memory;
    private readonly LaneWriter _lane;
    private readonly WakeWord _readerWake;
    private readonly WakeWord _wake;
    private readonly ChannelWaiter _waiter;
    private readonly SharedEndpointOptions _options;
    private readonly int _laneIndex;
    private readonly Memory<byte> _ring;
    private ChannelLink? _link;
    private SharedMessageWriter? _message;
    private int _wantedLength;
    private int _idleFences;
    private bool _isCompleted;
    private bool _isDisposed;

    internal SharedChannelWriter(ChannelMemory memory, int lane, SharedEndpointOptions options)
    {
        _memory = memory;
        _laneIndex = lane;
        _options = options;
        _lane = OpenLane(memory, lane);
        _ring = memory.RingMemory(lane);
        _readerWake = memory.Wake(ChannelLayout.ReaderWake);
        _wake = memory.Wake(ChannelLayout.Lane(lane) + ChannelLayout.LaneWriterWake);
        _wake.Reset();
        _waiter = new ChannelWaiter(this, memory, _wake, options);
        ChannelMetrics.AddWriter(_lane.Counters);
    }

    /// <summary>The longest message.</summary>
    public int MessageLengthMax => _lane.MessageLengthMax;

    /// <summary>
    /// How the reader went; <see cref="SharedChannelEnd.None"/> while there is one, or will be.
    /// </summary>
    public SharedChannelEnd End => Volatile.Read(ref _link) switch
    {
        null => SharedChannelEnd.None,
        { End: SharedChannelEnd.None } when HasReaderLeft => SharedChannelEnd.Completed,
        { } link => link.End,
    };

    /// <summary>A writer of one message after the other, in pieces; always the same.</summary>
    public SharedMessageWriter Message => _message ??= new SharedMessageWriter(this, _lane, _ring);

    /// <summary>For tests of what a hostile peer does.</summary>
    internal ChannelMemory Shared => _memory;

    bool IChannelCondition.IsReady => _lane.HasRoom(_wantedLength);

    bool IChannelCondition.HasEnded => Volatile.Read(ref _isDisposed) || HasReaderGone;

    private bool HasReaderLeft => Volatile.Read(ref LaneWord(ChannelLayout.LaneReaderLeft)) != 0;

    private bool HasReaderGone =>
        Volatile.Read(ref _link) is { } link
        && (link.End != SharedChannelEnd.None || HasReaderLeft);

    /// <summary>Writes a message, if there is room for it.</summary>
    /// <param name="message">At most <see cref="MessageLengthMax"/> bytes; none is fine.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is longer.</exception>
    /// <exception cref="InvalidOperationException">
    /// A claim is open, or this side has completed.
    /// </exception>
    /// <exception cref="SharedChannelClosedException">The reader has gone.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(ReadOnlySpan<byte> message)
    {
        if (!_lane.TryWriteFast(message))
            return TryWriteSlowly(message);

        Look();
        return true;
    }

    /// <summary>Takes room for a message, to be filled in place.</summary>
    /// <param name="length">The most that the message can become.</param>
    /// <param name="room">As long; what is in it is left over from other messages.</param>
    /// <returns>Whether there was room. The exceptions are those of <see cref="TryWrite"/>.
    /// </returns>
    public bool TryClaim(int length, out Span<byte> room)
    {
        ThrowIfUnable(length);
        return _lane.TryClaim(length, out room);
    }

    /// <summary>Makes the claim a message.</summary>
    /// <param name="length">How many of its first bytes.</param>
    /// <exception cref="InvalidOperationException">There is no claim.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More than was claimed.</exception>
    public void Commit(int length)
    {
        ThrowIfNoClaim();
        _lane.Commit(length);
        Look();
    }

    /// <summary>Gives the claim up; there is no message.</summary>
    /// <exception cref="InvalidOperationException">There is no claim.</exception>
    public void Abandon()
    {
        ThrowIfNoClaim();
        _lane.Abandon();
    }

    /// <summary>
    /// Begins a batch: what is committed from now on appears together, with
    /// <see cref="PublishBatch"/>; it saves a look at the reader each time. If the batch finds no
    /// room, a wait publishes what it has so far.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is one, or a claim.</exception>
    public void BeginBatch()
    {
        ThrowIfUnable(0);
        if (_lane.IsBatch)
            throw new InvalidOperationException("A batch was begun already.");
        _lane.BeginBatch();
    }

    /// <summary>Ends a batch; its messages appear at once.</summary>
    /// <exception cref="InvalidOperationException">There is none, or a claim.</exception>
    public void PublishBatch()
    {
        if (!_lane.IsBatch || _lane.HasClaim)
            throw new InvalidOperationException("There is no batch, or a claim is open.");
        if (_lane.Publish())
            Look();
    }

    /// <summary>Writes a message; waits for room, on this thread.</summary>
    /// <param name="message">At most <see cref="MessageLengthMax"/> bytes.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was written then.</param>
    public void Write(
        ReadOnlySpan<byte> message, CancellationToken cancellationToken = default)
    {
        while (!TryWrite(message))
            WaitToWrite(message.Length, cancellationToken);
    }

    /// <summary><see cref="Write"/> without a thread.</summary>
    /// <param name="message">The caller's again when the task ends.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was written then.</param>
    public ValueTask WriteAsync(
        ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        TryWrite(message.Span) ? default : WriteSlowlyAsync(message, cancellationToken);

    /// <summary>Waits until a message of a length has room, on this thread.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SharedChannelClosedException">The reader has gone.</exception>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public void WaitToWrite(int length, CancellationToken cancellationToken = default)
    {
        PrepareToWait(length);
        if (!_waiter.Wait(cancellationToken))
            ThrowIfUnable(length);
    }

    /// <summary><see cref="WaitToWrite"/> without a thread.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitToWriteAsync(
        int length, CancellationToken cancellationToken = default)
    {
        PrepareToWait(length);
        if (!await _waiter.WaitAsync(cancellationToken).ConfigureAwait(false))
            ThrowIfUnable(length);
    }

    /// <summary>
    /// Says that there will be no more messages. The reader gets those that are there, then the
    /// end. Any number of times.
    /// </summary>
    public void Complete()
    {
        if (_isCompleted || Volatile.Read(ref _isDisposed))
            return;

        if (_lane.HasClaim)
            _lane.Abandon();
        if (_lane.IsBatch)
            _ = _lane.Publish();
        _isCompleted = true;
        _lane.ForgetRoom();
        Volatile.Write(ref LaneWord(ChannelLayout.LaneWriterCompleted), 1);
        WakeReader();
    }

    /// <summary>
    /// The channel as a stream, whose bytes become messages as they come; it owns the writer from
    /// now on. Its dispose completes it.
    /// </summary>
    public Stream AsStream() => new ChannelWriteStream(this);

    /// <summary><see cref="AsStream"/> as a pipe; a flush writes messages.</summary>
    public PipeWriter AsPipeWriter() => PipeWriter.Create(AsStream());

    /// <summary>Makes a peer the reader of this channel.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedChannel.AttachReader"/>.</param>
    /// <returns>The peer.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is a reader, or the channel has several lanes and so belongs to its reader.
    /// </exception>
    /// <exception cref="IOException">The message could not be sent.</exception>
    public SharedChannelPeer ShareReader(DescriptorChannel channel) =>
        ShareReaderCoreAsync(null, channel, default).GetAwaiter().GetResult();

    /// <summary><see cref="ShareReader"/> on a reactor's ring.</summary>
    /// <param name="reactor">Whose ring sends.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<SharedChannelPeer> ShareReaderAsync(
        Reactor reactor,
        DescriptorChannel channel,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return new(ShareReaderCoreAsync(reactor, channel, cancellationToken));
    }

    /// <summary>
    /// Leaves without a word: unless <see cref="Complete"/> was called, the reader sees a writer
    /// that died. Any number of times.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _lane.ForgetRoom();
        _link?.Finish(SharedChannelEnd.Disconnected);
        _waiter.Interrupt();
        ChannelMetrics.Remove(_lane.Counters);
        _memory.Release();
    }

    void ILinkOwner.OnWake() => _waiter.Signal();

    void ILinkOwner.OnEnded(ChannelLink link)
    {
        if (!_memory.TryHold())
            return;

        // The next message finds this word and with it the end.
        _readerWake.Close();
        _memory.Release();
        _waiter.Interrupt();
    }

    bool ILinkOwner.HasPeerFinished(ChannelLink link)
    {
        if (!_memory.TryHold())
            return false;

        bool hasLeft = HasReaderLeft;
        _memory.Release();
        return hasLeft;
    }

    /// <summary>Takes the reader that this side was invited by.</summary>
    internal void Join(SafeFileHandle socket, SafeFileHandle? process)
    {
        _link = new ChannelLink(this, _laneIndex, socket, process);
        _link.Start();
    }

    internal void ThrowIfUnable(int length)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > MessageLengthMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length),
                length,
                $"A message of this channel has at most {MessageLengthMax} bytes.");
        }

        if (_isCompleted)
            throw new InvalidOperationException("This side has completed.");
        if (_lane.HasClaim)
            throw new InvalidOperationException("A claim is open.");
        ThrowIfGone();
    }

    /// <summary>Waits until an open claim can become so long.</summary>
    internal void WaitForGrowth(int length)
    {
        _wantedLength = length;
        if (!_waiter.Wait(default))
            ThrowIfGone();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Look()
    {
        if (_readerWake.IsSet || !ProcessBarrier.IsAvailable)
            WakeReader();
    }

    private static unsafe LaneWriter OpenLane(ChannelMemory memory, int lane) => new(
        memory.Ring(lane),
        (long*)memory.At(ChannelLayout.Lane(lane) + ChannelLayout.LaneHead),
        memory.Geometry);

    private bool TryWriteSlowly(ReadOnlySpan<byte> message)
    {
        ThrowIfUnable(message.Length);
        if (!_lane.TryClaim(message.Length, out Span<byte> room))
            return false;

        message.CopyTo(room);
        _lane.Commit(message.Length);
        Look();
        return true;
    }

    private void WakeReader()
    {
        // A message of a batch is not there yet.
        if (_lane.IsBatch)
            return;

        uint found = _readerWake.Wake(ref _idleFences);
        if ((found & WakeWord.Event) != 0)
            _link?.Wake();
        if ((found & WakeWord.Closed) != 0)
            _lane.ForgetRoom();
    }

    private void PrepareToWait(int length)
    {
        ThrowIfUnable(length);
        if (_lane.IsBatch)
        {
            if (_lane.Publish())
                Look();
            _lane.BeginBatch();
        }

        _wantedLength = length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowlyAsync(
        ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        do
            await WaitToWriteAsync(message.Length, cancellationToken).ConfigureAwait(false);
        while (!TryWrite(message.Span));
    }

    private Task<SharedChannelPeer> ShareReaderCoreAsync(
        Reactor? reactor, DescriptorChannel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (_memory.Geometry.LaneCount != 1)
        {
            throw new InvalidOperationException(
                "A channel of several lanes belongs to its reader, which shares it.");
        }

        return Invitation.ShareAsync(
            reactor,
            channel,
            _options,
            Engage,
            _ => (new Invitation(ChannelKind.Lanes, ChannelRole.Reader, 0), [_memory.Handle]),
            cancellationToken);
    }

    private ChannelLink Engage(SafeFileHandle socket, SafeFileHandle? process)
    {
        lock (_gate)
        {
            if (_isDisposed || (_link is not null && !HasReaderGone))
            {
                socket.Dispose();
                process?.Dispose();
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                throw new InvalidOperationException("The channel has a reader.");
            }

            // One that said that it left may still be there.
            _link?.Finish(SharedChannelEnd.Completed);
            Volatile.Write(ref LaneWord(ChannelLayout.LaneReaderLeft), 0);
            _readerWake.Reset();
            var link = new ChannelLink(this, _laneIndex, socket, process);
            Volatile.Write(ref _link, link);
            return link;
        }
    }

    private ref uint LaneWord(int word) =>
        ref _memory.Word(ChannelLayout.Lane(_laneIndex) + word);

    private void ThrowIfGone()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        if (HasReaderGone)
            throw new SharedChannelClosedException(End);
    }

    private void ThrowIfNoClaim()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        if (!_lane.HasClaim)
            throw new InvalidOperationException("There is no claim.");
    }
}
