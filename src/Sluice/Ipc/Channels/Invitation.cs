using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Reactors;
using Sluice.Sockets.RingSockets;
using Sluice.Uring;

namespace Sluice.Ipc.Channels;

/// <summary>
/// The one message by which a peer gets its part in a channel, with the object and its end of a
/// control socket. There is no answer: a refusal shows as the end of the control socket.
/// </summary>
/// <remarks>
/// <code>
///   0 "SLINVITE" | 8 version | 12 kind | 16 role | 20 lane | 24 zero ... 32
/// </code>
/// </remarks>
/// <param name="Kind">What the object holds.</param>
/// <param name="Role">What the receiver becomes.</param>
/// <param name="Lane">Which lane is its.</param>
[SupportedOSPlatform("linux")]
internal readonly record struct Invitation(ChannelKind Kind, ChannelRole Role, int Lane)
{
    private const int Size = 32;

    // The bytes "SLINVITE".
    private const ulong Magic = 0x45544956_4E494C53;

    /// <summary>Makes the two ends of a control socket.</summary>
    public static unsafe (SafeFileHandle Near, SafeFileHandle Far) CreateControlPair()
    {
        int* pair = stackalloc int[2];
        if (ChannelLibc.SocketPair(pair) != 0)
            throw SocketErrors.ToException((Errno)Marshal.GetLastPInvokeError());
        return (new SafeFileHandle(pair[0], true), new SafeFileHandle(pair[1], true));
    }

    /// <summary>The peer's process; null if it is this one, or cannot be told.</summary>
    public static SafeFileHandle? OpenPeer(
        DescriptorChannel channel, SharedEndpointOptions options)
    {
        try
        {
            return options.WatchProcess
                && channel.PeerCredentials.ProcessId != Environment.ProcessId
                ? channel.OpenPeerProcess()
                : null;
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or IOException)
        {
            // It has ended, or the kernel has none: the control socket tells.
            return null;
        }
    }

    /// <summary>Gives a peer its part, and a control socket whose other end this side keeps.
    /// </summary>
    /// <param name="reactor">Whose ring sends; null: this thread.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="options">Whether the peer's process is watched, too.</param>
    /// <param name="engage">
    /// Takes this side's end and the peer's process, or disposes both and throws.
    /// </param>
    /// <param name="invite">The invitation for a link, and the objects that go with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<SharedChannelPeer> ShareAsync(
        Reactor? reactor,
        DescriptorChannel channel,
        SharedEndpointOptions options,
        Func<SafeFileHandle, SafeFileHandle?, ChannelLink> engage,
        Func<ChannelLink, (Invitation Invitation, SafeHandle[] Objects)> invite,
        CancellationToken cancellationToken)
    {
        (SafeFileHandle near, SafeFileHandle far) = CreateControlPair();
        using (far)
        {
            ChannelLink link = engage(near, OpenPeer(channel, options));
            try
            {
                link.Start();
                (Invitation invitation, SafeHandle[] objects) = invite(link);
                await invitation.SendAsync(reactor, channel, [.. objects, far], cancellationToken)
                    .ConfigureAwait(false);
            }
            catch
            {
                link.Finish(SharedChannelEnd.Disconnected);
                throw;
            }

            return new SharedChannelPeer(link);
        }
    }

    /// <summary>Sends it.</summary>
    /// <param name="reactor">Whose ring sends; null: this thread.</param>
    /// <param name="channel">To the peer.</param>
    /// <param name="descriptors">See <see cref="DescriptorCount"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async ValueTask SendAsync(
        Reactor? reactor,
        DescriptorChannel channel,
        SafeHandle[] descriptors,
        CancellationToken cancellationToken)
    {
        var message = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(message, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), ChannelLayout.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(12), (uint)Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(16), (uint)Role);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(20), Lane);
        if (reactor is null)
        {
            channel.Send(message, descriptors);
        }
        else
        {
            await channel.SendAsync(reactor, message, descriptors, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Receives one and checks it; what it brought is the caller's.</summary>
    /// <exception cref="SharedChannelException">It is none; its descriptors were closed.
    /// </exception>
    public static async ValueTask<(Invitation Invitation, SafeFileHandle[] Descriptors)>
        ReceiveAsync(
            Reactor? reactor,
            DescriptorChannel channel,
            ChannelKind kind,
            ChannelRole role,
            CancellationToken cancellationToken)
    {
        var message = new byte[Size];
        int count = 0;
        List<SafeFileHandle> descriptors = [];
        int wanted = DescriptorCount(kind);
        try
        {
            do
            {
                using DescriptorMessage part = reactor is null
                    ? channel.Receive(message.AsMemory(count), wanted)
                    : await channel.ReceiveAsync(
                        reactor, message.AsMemory(count), wanted, cancellationToken)
                        .ConfigureAwait(false);
                for (int i = 0; i < part.DescriptorCount; i++)
                    descriptors.Add(part.Take(i));
                if (part.Length == 0 || part.IsTruncated)
                    throw Refusal("length", $"the message has not {Size} bytes");
                count += part.Length;
            }
            while (count < Size && !channel.HasPackets);
            return (Parse(message.AsSpan(0, count), descriptors, kind, role), [.. descriptors]);
        }
        catch (Exception error)
        {
            descriptors.ForEach(static item => item.Dispose());
            if (error is InvalidDataException)
                throw new SharedChannelException("descriptors", error.Message, error);
            throw;
        }
    }

    /// <summary>The object, its wake word if that is apart, and the control socket.</summary>
    private static int DescriptorCount(ChannelKind kind) => kind == ChannelKind.Broadcast ? 3 : 2;

    private static Invitation Parse(
        ReadOnlySpan<byte> message,
        List<SafeFileHandle> descriptors,
        ChannelKind kind,
        ChannelRole role)
    {
        if (message.Length != Size)
            throw Refusal("length", $"the message has {message.Length} bytes, not {Size}");
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(message);
        if (magic != Magic)
            throw Refusal("magic", $"{magic:X16} is not that of an invitation");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(message[8..]);
        if (version != ChannelLayout.Version)
            throw Refusal("version", $"it is {version}, not {ChannelLayout.Version}");
        uint foundKind = BinaryPrimitives.ReadUInt32LittleEndian(message[12..]);
        if (foundKind != (uint)kind)
            throw Refusal("kind", $"it is {foundKind}, not {kind}");
        uint foundRole = BinaryPrimitives.ReadUInt32LittleEndian(message[16..]);
        if (foundRole != (uint)role)
            throw Refusal("role", $"it is {foundRole}, not {role}");
        int lane = BinaryPrimitives.ReadInt32LittleEndian(message[20..]);
        if (lane < 0)
            throw Refusal("lane", $"it is {lane}");
        if (descriptors.Count != DescriptorCount(kind))
        {
            throw Refusal(
                "descriptors", $"there are {descriptors.Count}, not {DescriptorCount(kind)}");
        }

        CheckControlSocket(descriptors[^1]);
        return new Invitation(kind, role, lane);
    }

    private static void CheckControlSocket(SafeFileHandle socket)
    {
        if (Option(ChannelLibc.SO_DOMAIN) != ChannelLibc.AF_UNIX
            || Option(ChannelLibc.SO_TYPE) != ChannelLibc.SOCK_STREAM)
        {
            throw Refusal("control socket", "it is no UNIX stream");
        }

        unsafe int Option(int name)
        {
            int value = 0;
            uint length = sizeof(int);
            int result = ChannelLibc.GetSocketOption(
                socket, ChannelLibc.SOL_SOCKET, name, &value, &length);
            return result == 0 ? value : -1;
        }
    }

    private static SharedChannelException Refusal(string check, string why) => new(check, why);
}
