using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Diagnostics;
using Sluice.Reactors;

namespace Sluice.Ipc.Channels;

/// <summary>Sends messages to many readers and waits for none of them.</summary>
/// <remarks>
/// <para>
/// Messages overwrite the oldest ones. A reader that is too slow for them is told how many it has
/// lost. Readers can only read the ring: its object is sealed against further writing.
/// </para>
/// <para>
/// <b>Threads.</b> One at a time writes; readers can be added from any thread.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class SharedBroadcastWriter : IDisposable, ILinkOwner
{
    private readonly Lock _gate = new();
    private readonly ChannelMemory _memory;
    private readonly ChannelMemory _wakeMemory;
    private readonly WakeWord _wake;
    private readonly BroadcastLane _lane;
    private readonly SharedEndpointOptions _options;
    private ChannelLink[] _links = [];
    private int _idleFences;
    private bool _isCompleted;
    private bool _isDisposed;

    internal unsafe SharedBroadcastWriter(
        ChannelMemory memory, ChannelMemory wakeMemory, SharedEndpointOptions options)
    {
        _memory = memory;
        _wakeMemory = wakeMemory;
        _options = options;
        _wake = wakeMemory.Wake(ChannelLayout.ReaderWake);
        _wake.Join();
        _lane = new BroadcastLane(memory.Ring(0), memory.At(0), memory.Geometry);
        ChannelMetrics.AddWriter(_lane.Counters);
    }

    /// <summary>The longest message: an eighth of the ring, with its header of 16 bytes.</summary>
    public int MessageLengthMax => _memory.Geometry.BroadcastLengthMax;

    /// <summary>How many readers there are.</summary>
    public int ReaderCount => Volatile.Read(ref _links).Length;

    /// <summary>Writes a message.</summary>
    /// <param name="message">At most <see cref="MessageLengthMax"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is longer.</exception>
    /// <exception cref="InvalidOperationException">
    /// A claim is open, or this side has completed.
    /// </exception>
    public void Write(ReadOnlySpan<byte> message)
    {
        message.CopyTo(Claim(message.Length));
        Commit(message.Length);
    }

    /// <summary>Takes room for a message, to be filled in place.</summary>
    /// <param name="length">The most that the message can become.</param>
    /// <returns>As long; what is in it is left over from other messages.</returns>
    public Span<byte> Claim(int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > MessageLengthMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length),
                length,
                $"A message of this broadcast has at most {MessageLengthMax} bytes.");
        }

        if (_lane.HasClaim || _isCompleted)
            throw new InvalidOperationException("A claim is open, or this side has completed.");
        return _lane.Claim(length);
    }

    /// <summary>Makes the claim a message.</summary>
    /// <param name="length">How many of its first bytes.</param>
    /// <exception cref="InvalidOperationException">There is no claim.</exception>
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

    /// <summary>Says that there will be no more messages. Any number of times.</summary>
    public void Complete()
    {
        if (_isCompleted || _isDisposed)
            return;

        _isCompleted = true;
        Volatile.Write(ref _memory.Word(ChannelLayout.HasCompleted), 1);
        WakeReaders();
    }

    /// <summary>Makes a peer a reader, of the messages from now on.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedChannel.AttachBroadcast"/>.</param>
    /// <returns>The peer.</returns>
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
    /// Leaves without a word: unless <see cref="Complete"/> was called, readers see a writer that
    /// died. Any number of times.
    /// </summary>
    public void Dispose()
    {
        ChannelLink[] links;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            links = _links;
        }

        foreach (ChannelLink link in links)
            link.Finish(SharedChannelEnd.Disconnected);
        ChannelMetrics.Remove(_lane.Counters);
        _memory.Release();
        _wakeMemory.Release();
    }

    void ILinkOwner.OnWake()
    {
        // Readers have nothing to say.
    }

    bool ILinkOwner.HasPeerFinished(ChannelLink link) => false;

    void ILinkOwner.OnEnded(ChannelLink link)
    {
        lock (_gate)
            _links = [.. _links.Where(other => other != link)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Look()
    {
        if (_wake.IsSet || !ProcessBarrier.IsAvailable)
            WakeReaders();
    }

    private void WakeReaders()
    {
        if ((_wake.Wake(ref _idleFences) & WakeWord.Event) == 0)
            return;
        foreach (ChannelLink link in Volatile.Read(ref _links))
            link.Wake();
    }

    private Task<SharedChannelPeer> ShareReaderCoreAsync(
        Reactor? reactor, DescriptorChannel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Invitation.ShareAsync(
            reactor,
            channel,
            _options,
            Engage,
            _ => (
                new Invitation(ChannelKind.Broadcast, ChannelRole.Reader, 0),
                [_memory.Handle, _wakeMemory.Handle]),
            cancellationToken);
    }

    private ChannelLink Engage(SafeFileHandle socket, SafeFileHandle? process)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                socket.Dispose();
                process?.Dispose();
                ObjectDisposedException.ThrowIf(_isDisposed, this);
            }

            var link = new ChannelLink(this, 0, socket, process);
            _links = [.. _links, link];
            return link;
        }
    }

    private void ThrowIfNoClaim()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_lane.HasClaim)
            throw new InvalidOperationException("There is no claim.");
    }
}
