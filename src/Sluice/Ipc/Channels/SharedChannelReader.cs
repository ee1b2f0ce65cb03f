// Long: the calls of one endpoint belong together, and their descriptions are half of it.
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Diagnostics;
using Sluice.Reactors;

namespace Sluice.Ipc.Channels;

/// <summary>The reading end of a channel in shared memory.</summary>
/// <remarks>
/// <para>
/// <b>Memory.</b> Messages are read where the writer left them. They are this side's until
/// <see cref="Advance"/> gives back all that were read; after a dispose they are nobody's. A writer
/// that breaks the rules can change a message while it is being read: copy it before checking what
/// matters.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time reads. <see cref="Dispose"/> ends a wait from any thread, and
/// <see cref="ShareWriter"/> may come from any thread, too.
/// </para>
/// <para>
/// <b>Order.</b> Messages of one writer come in the order that they were committed. Between
/// writers there is none, and none starves.
/// </para>
/// <para>
/// <b>Errors.</b> What breaks the rules of the channel is a <see cref="SharedChannelException"/>;
/// its writer is let go, and other writers are not touched.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedChannelReader : IDisposable, IChannelCondition, ILinkOwner
{
    private const int MessagesPerTurn = 64;

    private readonly Lock _gate = new();
    private readonly ChannelMemory _memory;
    private readonly WakeWord _wake;
    private readonly LaneReader[] _lanes;
    private readonly ChannelLink?[] _links;
    private readonly ReadOnlyMemory<byte>[] _rings;
    private readonly ChannelWaiter _waiter;
    private readonly SharedEndpointOptions _options;
    private readonly bool _isKeptOpen;
    private LaneReader _current;
    private int _currentIndex;
    private int _budget;
    private int _budgetAtMiss;
    private Lingering _lingering;
    private int _idleFences;
    private bool _hasTouchedOthers;
    private bool _hadWriter;
    private bool _isDisposed;

    internal SharedChannelReader(
        ChannelMemory memory, SharedEndpointOptions options, bool isKeptOpen)
    {
        _memory = memory;
        _options = options;
        _isKeptOpen = isKeptOpen;
        _wake = memory.Wake(ChannelLayout.ReaderWake);
        _wake.Reset();
        _lanes = new LaneReader[memory.Geometry.LaneCount];
        _links = new ChannelLink?[_lanes.Length];
        _rings = new ReadOnlyMemory<byte>[_lanes.Length];
        for (int i = 0; i < _lanes.Length; i++)
        {
            _lanes[i] = OpenLane(memory, i);
            _rings[i] = memory.RingMemory(i);
            ChannelMetrics.AddReader(_lanes[i].Counters);
        }

        _current = _lanes[0];
        _budget = MessagesPerTurn;
        _waiter = new ChannelWaiter(this, memory, _wake, options);
    }

    /// <summary>The longest message that a writer can send.</summary>
    public int MessageLengthMax => _memory.Geometry.MessageLengthMax;

    /// <summary>
    /// How the last writer went; <see cref="SharedChannelEnd.None"/> while there is one, or will
    /// be.
    /// </summary>
    public SharedChannelEnd End { get; private set; }

    /// <summary>For tests of what a hostile peer does.</summary>
    internal ChannelMemory Shared => _memory;

    bool IChannelCondition.IsReady => HasNext();

    bool IChannelCondition.HasEnded => HasEnded();

    /// <summary>The next message, where it lies, until <see cref="Advance"/>.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SharedChannelException">The writer broke the rules.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(out ReadOnlySpan<byte> message)
    {
        if (!_current.TryRead(out message))
            return TryReadOther(out message);

        if (--_budget == 0)
            TakeTurns();
        return true;
    }

    /// <summary>
    /// Gives back every message that was read; a writer that waits for room is woken.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance()
    {
        if (_hasTouchedOthers)
            AdvanceAll();
        else if (_current.Advance() || !ProcessBarrier.IsAvailable)
            WakeWriter(_currentIndex);
    }

    /// <summary>Waits for a message, on this thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: there is none, and there will be none; see <see cref="End"/>.</returns>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public bool WaitToRead(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return Finish(_waiter.Wait(cancellationToken));
    }

    /// <summary>
    /// <see cref="WaitToRead"/> without a thread: by the ring of
    /// <see cref="SharedEndpointOptions.Reactor"/>, or by the process's monitor.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False: there is no message, and there will be none.</returns>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        bool hasNext = HasNext();

        // The lanes have only addresses.
        GC.KeepAlive(this);
        return hasNext ? new ValueTask<bool>(true) : WaitSlowlyAsync(cancellationToken);
    }

    /// <summary>Waits for a message and reads it, on this thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, where it lies, until <see cref="Advance"/>.</returns>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    public ReadOnlySpan<byte> Read(CancellationToken cancellationToken = default)
    {
        ReadOnlySpan<byte> message;
        while (!TryRead(out message))
        {
            if (!WaitToRead(cancellationToken))
                throw new SharedChannelClosedException(End);
        }

        return message;
    }

    /// <summary><see cref="Read"/> without a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, where it lies, until <see cref="Advance"/>.</returns>
    /// <exception cref="SharedChannelClosedException">There are no more.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        CancellationToken cancellationToken = default) =>
        TryReadMemory(out ReadOnlyMemory<byte> message)
            ? new ValueTask<ReadOnlyMemory<byte>>(message)
            : ReadSlowlyAsync(cancellationToken);

    /// <summary>The next message as memory, where it lies, until <see cref="Advance"/>.</summary>
    /// <param name="message">Never memory of somebody else, however long it is kept.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryReadMemory(out ReadOnlyMemory<byte> message)
    {
        int index = _currentIndex;
        if (_current.TryRead(out ReadOnlySpan<byte> span))
        {
            if (--_budget == 0)
                TakeTurns();
        }
        else if (TryReadOther(out span))
        {
            index = _currentIndex;
        }
        else
        {
            message = default;
            return false;
        }

        message = _rings[index].Slice(_lanes[index].OffsetOf(span), span.Length);
        return true;
    }

    /// <summary>All messages up to the end, each until the next one is asked for.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadMemory(out ReadOnlyMemory<byte> message))
            {
                yield return message;
                Advance();
            }
        }
    }

    /// <summary>
    /// The bytes of all messages as a stream; it owns the reader from now on. Its end is that of a
    /// writer that completed; another end is a <see cref="SharedChannelClosedException"/>.
    /// </summary>
    public Stream AsStream() => new ChannelReadStream(this);

    /// <summary>
    /// <see cref="AsStream"/> as a pipe. Bytes are copied once, because a pipe gathers what lies
    /// apart.
    /// </summary>
    public PipeReader AsPipeReader() => PipeReader.Create(AsStream());

    /// <summary>Gives a peer a lane to write to.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedChannel.AttachWriter"/>.</param>
    /// <returns>The peer.</returns>
    /// <exception cref="InvalidOperationException">All lanes have writers.</exception>
    /// <exception cref="IOException">The message could not be sent.</exception>
    public SharedChannelPeer ShareWriter(DescriptorChannel channel) =>
        ShareWriterCoreAsync(null, channel, default).GetAwaiter().GetResult();

    /// <summary><see cref="ShareWriter"/> on a reactor's ring.</summary>
    /// <param name="reactor">Whose ring sends.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<SharedChannelPeer> ShareWriterAsync(
        Reactor reactor,
        DescriptorChannel channel,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return new(ShareWriterCoreAsync(reactor, channel, cancellationToken));
    }

    /// <summary>
    /// Leaves: writers see the end, waits end, and the memory of messages is invalid. Any number of
    /// times.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        for (int i = 0; i < _lanes.Length; i++)
        {
            Volatile.Write(ref LaneWord(i, ChannelLayout.LaneReaderLeft), 1);
            WakeWriter(i);
            _links[i]?.Finish(SharedChannelEnd.Disconnected);
            ChannelMetrics.Remove(_lanes[i].Counters);
        }

        _wake.Close();
        _waiter.Interrupt();
        _memory.Release();
    }

    void ILinkOwner.OnWake() => _waiter.Signal();

    void ILinkOwner.OnEnded(ChannelLink link) => _waiter.Interrupt();

    bool ILinkOwner.HasPeerFinished(ChannelLink link)
    {
        if (!_memory.TryHold())
            return false;

        bool hasFinished =
            Volatile.Read(ref LaneWord(link.Lane, ChannelLayout.LaneWriterCompleted)) != 0;
        _memory.Release();
        return hasFinished;
    }

    /// <summary>Takes the writer that this side was invited by.</summary>
    internal void Join(int lane, SafeFileHandle socket, SafeFileHandle? process)
    {
        var link = new ChannelLink(this, lane, socket, process);
        _hadWriter = true;
        _links[lane] = link;
        link.Start();
    }

    private static unsafe LaneReader OpenLane(ChannelMemory memory, int lane)
    {
        long words = ChannelLayout.Lane(lane);
        return new LaneReader(
            memory.Ring(lane),
            (long*)memory.At(words + ChannelLayout.LaneHead),
            (uint*)memory.At(words + ChannelLayout.LaneWriterWake),
            memory.Geometry);
    }

    private Task<SharedChannelPeer> ShareWriterCoreAsync(
        Reactor? reactor, DescriptorChannel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Invitation.ShareAsync(
            reactor,
            channel,
            _options,
            Engage,
            link => (
                new Invitation(ChannelKind.Lanes, ChannelRole.Writer, link.Lane),
                [_memory.Handle]),
            cancellationToken);
    }

    private ChannelLink Engage(SafeFileHandle socket, SafeFileHandle? process)
    {
        lock (_gate)
        {
            int lane = _isDisposed ? -1 : Array.FindIndex(
                _links, static link => link is null || link.End != SharedChannelEnd.None);
            if (lane < 0)
            {
                socket.Dispose();
                process?.Dispose();
                ThrowIfDisposed();
                throw new InvalidOperationException("All lanes of the channel have writers.");
            }

            Volatile.Write(ref LaneWord(lane, ChannelLayout.LaneWriterCompleted), 0);
            Volatile.Write(ref LaneWord(lane, ChannelLayout.LaneReaderLeft), 0);
            var link = new ChannelLink(this, lane, socket, process);
            Volatile.Write(ref _links[lane], link);
            Volatile.Write(ref _hadWriter, true);
            End = SharedChannelEnd.None;
            return link;
        }
    }

    // The current lane had nothing.
    private bool TryReadOther(out ReadOnlySpan<byte> message)
    {
        ThrowIfDisposed();
        if (TryReadAny(out message))
            return true;

        int burst = _budgetAtMiss - _budget;
        _budgetAtMiss = _budget;
        if (_current.HoldsMuch || !_lingering.Pause(burst))
            return false;

        bool hasFound = TryReadAny(out message);
        _lingering.Tell(hasFound);
        return hasFound;
    }

    private bool TryReadAny(out ReadOnlySpan<byte> message)
    {
        for (int i = 0; i < _lanes.Length; i++)
        {
            int index = _currentIndex + i;
            if (index >= _lanes.Length)
                index -= _lanes.Length;
            if (_lanes[index].TryRead(out message))
            {
                MoveTo(index);
                return true;
            }

            if (_lanes[index].Fault is { } fault)
                Drop(index, fault);
        }

        message = default;
        return false;
    }

    // The lane is empty afterwards and can be given to another writer.
    [DoesNotReturn]
    private void Drop(int lane, SharedChannelException fault)
    {
        ChannelLink? link = _links[lane];
        _lanes[lane].Reset();
        Volatile.Write(ref LaneWord(lane, ChannelLayout.LaneWriterCompleted), 0);
        link?.Finish(SharedChannelEnd.Faulted);
        throw fault;
    }

    private void TakeTurns()
    {
        if (_lanes.Length == 1)
            _budget = int.MaxValue;
        else
            MoveTo((_currentIndex + 1) % _lanes.Length);
    }

    private void MoveTo(int index)
    {
        _budget = MessagesPerTurn;
        if (index == _currentIndex)
            return;

        _hasTouchedOthers |= _current.HasRead;
        _current = _lanes[index];
        _currentIndex = index;
    }

    private void AdvanceAll()
    {
        _hasTouchedOthers = false;
        for (int i = 0; i < _lanes.Length; i++)
        {
            if (_lanes[i].HasRead && (_lanes[i].Advance() || !ProcessBarrier.IsAvailable))
                WakeWriter(i);
        }
    }

    private void WakeWriter(int lane)
    {
        WakeWord word = _memory.Wake(
            ChannelLayout.Lane(lane) + ChannelLayout.LaneWriterWake);
        if ((word.Wake(ref _idleFences) & WakeWord.Event) != 0)
            _links[lane]?.Wake();
    }

    private bool HasNext()
    {
        foreach (LaneReader lane in _lanes)
        {
            if (lane.HasNext)
                return true;
        }

        return false;
    }

    private bool HasEnded()
    {
        if (Volatile.Read(ref _isDisposed))
            return true;
        if (_isKeptOpen || !Volatile.Read(ref _hadWriter))
            return false;

        for (int i = 0; i < _links.Length; i++)
        {
            if (Volatile.Read(ref _links[i]) is { End: SharedChannelEnd.None }
                && Volatile.Read(ref LaneWord(i, ChannelLayout.LaneWriterCompleted)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool Finish(bool isReady)
    {
        ThrowIfDisposed();
        if (isReady)
            return true;

        // The worst of them, in the order of the enumeration.
        var end = SharedChannelEnd.Completed;
        foreach (ChannelLink? link in _links)
        {
            if (link is not null && link.End > end)
                end = link.End;
        }

        End = end;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitSlowlyAsync(CancellationToken cancellationToken) =>
        Finish(await _waiter.WaitAsync(cancellationToken).ConfigureAwait(false));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> ReadSlowlyAsync(
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> message;
        while (!TryReadMemory(out message))
        {
            if (!await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                throw new SharedChannelClosedException(End);
        }

        return message;
    }

    private ref uint LaneWord(int lane, int word) =>
        ref _memory.Word(ChannelLayout.Lane(lane) + word);

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
}
