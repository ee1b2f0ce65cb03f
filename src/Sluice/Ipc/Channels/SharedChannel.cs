using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactors;

namespace Sluice.Ipc.Channels;

/// <summary>Messages between processes through shared memory.</summary>
/// <remarks>
/// One side makes the channel and shares the other side with a peer, over a
/// <see cref="DescriptorChannel"/>; the peer attaches. The message that does it is the only one,
/// so the same <see cref="DescriptorChannel"/> can carry others before and after. When a peer has
/// gone, the side that is left can be shared with another one, which goes on where it was.
/// <code>
///   SharedChannelReader reader = SharedChannel.CreateReader();
///   reader.ShareWriter(channel);            // in the peer: SharedChannel.AttachWriter(channel)
/// </code>
/// What a peer writes is checked before it is used. See docs/shared-memory.md for what it can do
/// all the same.
/// </remarks>
[SupportedOSPlatform("linux")]
public static class SharedChannel
{
    /// <summary>Makes a channel whose reader is here; for one writer or several.</summary>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The reader, to be disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="Sluice.Memory.SharedMemoryException">There is no memory.</exception>
    public static SharedChannelReader CreateReader(SharedChannelOptions? options = null)
    {
        options ??= new SharedChannelOptions();
        ChannelMemory memory = ChannelMemory.Create(options.Validate(ChannelKind.Lanes));
        return new SharedChannelReader(memory, options, options.KeepOpen);
    }

    /// <summary>Makes a channel whose only writer is here.</summary>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The writer, to be disposed. It can write before there is a reader.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option is out of range, or there is more than one lane.
    /// </exception>
    /// <exception cref="Sluice.Memory.SharedMemoryException">There is no memory.</exception>
    public static SharedChannelWriter CreateWriter(SharedChannelOptions? options = null)
    {
        options ??= new SharedChannelOptions();
        ChannelGeometry geometry = options.Validate(ChannelKind.Lanes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(geometry.LaneCount, 1, nameof(options));
        return new SharedChannelWriter(ChannelMemory.Create(geometry), 0, options);
    }

    /// <summary>Makes both sides here, for two threads.</summary>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The two sides, each to be disposed.</returns>
    public static (SharedChannelWriter Writer, SharedChannelReader Reader) CreatePair(
        SharedChannelOptions? options = null)
    {
        SharedChannelReader reader = CreateReader(options);
        try
        {
            (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
            using (near)
            using (far)
            {
                _ = reader.ShareWriter(near);
                return (AttachWriter(far, options), reader);
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Takes the part of a writer that a peer shares.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedChannelReader.ShareWriter"/>. It stays the caller's.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The writer, to be disposed.</returns>
    /// <exception cref="SharedChannelException">
    /// What came is refused; the exception names the check. All of it was closed.
    /// </exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public static SharedChannelWriter AttachWriter(
        DescriptorChannel channel, SharedEndpointOptions? options = null) =>
        AttachWriterCoreAsync(null, channel, options, default).GetAwaiter().GetResult();

    /// <summary><see cref="AttachWriter"/> on a reactor's ring.</summary>
    /// <param name="reactor">Whose ring receives.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<SharedChannelWriter> AttachWriterAsync(
        Reactor reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return new(AttachWriterCoreAsync(reactor, channel, options, cancellationToken));
    }

    /// <summary>Takes the part of the reader that a peer shares.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedChannelWriter.ShareReader"/>. It stays the caller's.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The reader, to be disposed.</returns>
    /// <exception cref="SharedChannelException">
    /// What came is refused; the exception names the check. All of it was closed.
    /// </exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public static SharedChannelReader AttachReader(
        DescriptorChannel channel, SharedEndpointOptions? options = null) =>
        AttachReaderCoreAsync(null, channel, options, default).GetAwaiter().GetResult();

    /// <summary><see cref="AttachReader"/> on a reactor's ring.</summary>
    /// <param name="reactor">Whose ring receives.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<SharedChannelReader> AttachReaderAsync(
        Reactor reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return new(AttachReaderCoreAsync(reactor, channel, options, cancellationToken));
    }

    /// <summary>Makes a broadcast whose writer is here.</summary>
    /// <param name="options">Null means the defaults; it has one lane.</param>
    /// <returns>The writer, to be disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="Sluice.Memory.SharedMemoryException">There is no memory.</exception>
    public static SharedBroadcastWriter CreateBroadcast(SharedChannelOptions? options = null)
    {
        options ??= new SharedChannelOptions();
        ChannelMemory memory = ChannelMemory.Create(options.Validate(ChannelKind.Broadcast));
        try
        {
            ChannelMemory wake = ChannelMemory.Create(new ChannelGeometry(
                ChannelKind.BroadcastWake,
                1,
                ChannelLayout.AlignmentMin,
                ChannelLayout.CapacityMin));
            return new SharedBroadcastWriter(memory, wake, options);
        }
        catch
        {
            memory.Release();
            throw;
        }
    }

    /// <summary>Takes the part of a reader of a broadcast.</summary>
    /// <param name="channel">To the peer, which calls
    /// <see cref="SharedBroadcastWriter.ShareReader"/>. It stays the caller's.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <returns>The reader, to be disposed; it gets the messages from now on.</returns>
    /// <exception cref="SharedChannelException">
    /// What came is refused; the exception names the check. All of it was closed.
    /// </exception>
    /// <exception cref="IOException">The connection failed.</exception>
    public static SharedBroadcastReader AttachBroadcast(
        DescriptorChannel channel, SharedEndpointOptions? options = null) =>
        AttachBroadcastCoreAsync(null, channel, options, default).GetAwaiter().GetResult();

    /// <summary><see cref="AttachBroadcast"/> on a reactor's ring.</summary>
    /// <param name="reactor">Whose ring receives.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="options">Null means the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<SharedBroadcastReader> AttachBroadcastAsync(
        Reactor reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reactor);
        return new(AttachBroadcastCoreAsync(reactor, channel, options, cancellationToken));
    }

    private static async Task<SharedBroadcastReader> AttachBroadcastCoreAsync(
        Reactor? reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options = Check(channel, options);
        (Invitation invitation, SafeFileHandle[] descriptors) = await Invitation.ReceiveAsync(
            reactor, channel, ChannelKind.Broadcast, ChannelRole.Reader, cancellationToken)
            .ConfigureAwait(false);
        ChannelMemory? memory = null;
        ChannelMemory? wake = null;
        try
        {
            memory = Open(invitation, descriptors);
            wake = ChannelMemory.Open(descriptors[1], ChannelKind.BroadcastWake);
            var reader = new SharedBroadcastReader(memory, wake, options);
            reader.Join(descriptors[^1], Invitation.OpenPeer(channel, options));
            return reader;
        }
        catch
        {
            descriptors[1].Dispose();
            descriptors[^1].Dispose();
            wake?.Release();
            memory?.Release();
            throw;
        }
    }

    private static async Task<SharedChannelWriter> AttachWriterCoreAsync(
        Reactor? reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options = Check(channel, options);
        (Invitation invitation, SafeFileHandle[] descriptors) = await Invitation.ReceiveAsync(
            reactor, channel, ChannelKind.Lanes, ChannelRole.Writer, cancellationToken)
            .ConfigureAwait(false);
        ChannelMemory memory = Open(invitation, descriptors);
        try
        {
            var writer = new SharedChannelWriter(memory, invitation.Lane, options);
            writer.Join(descriptors[^1], Invitation.OpenPeer(channel, options));
            return writer;
        }
        catch
        {
            descriptors[^1].Dispose();
            memory.Release();
            throw;
        }
    }

    private static async Task<SharedChannelReader> AttachReaderCoreAsync(
        Reactor? reactor,
        DescriptorChannel channel,
        SharedEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options = Check(channel, options);
        (Invitation invitation, SafeFileHandle[] descriptors) = await Invitation.ReceiveAsync(
            reactor, channel, ChannelKind.Lanes, ChannelRole.Reader, cancellationToken)
            .ConfigureAwait(false);
        ChannelMemory memory = Open(invitation, descriptors);
        try
        {
            var reader = new SharedChannelReader(memory, options, isKeptOpen: false);
            reader.Join(invitation.Lane, descriptors[^1], Invitation.OpenPeer(channel, options));
            return reader;
        }
        catch
        {
            descriptors[^1].Dispose();
            memory.Release();
            throw;
        }
    }

    private static SharedEndpointOptions Check(
        DescriptorChannel channel, SharedEndpointOptions? options)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= new SharedEndpointOptions();
        options.ValidateEndpoint();
        return options;
    }

    private static ChannelMemory Open(Invitation invitation, SafeFileHandle[] descriptors)
    {
        try
        {
            ChannelMemory memory = ChannelMemory.Open(descriptors[0], invitation.Kind);
            if (invitation.Lane < memory.Geometry.LaneCount)
                return memory;

            memory.Release();
            throw new SharedChannelException("lane", $"there is no lane {invitation.Lane}");
        }
        catch
        {
            descriptors[^1].Dispose();
            throw;
        }
    }
}
