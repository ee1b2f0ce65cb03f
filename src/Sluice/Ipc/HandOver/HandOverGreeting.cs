using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Ipc.Channels;

namespace Sluice.Ipc.HandOver;

/// <summary>
/// The first message of a sender: how many blocks can be out, and a socket for its slabs. Then the
/// invitations of two channels follow, to the receiver and back.
/// </summary>
/// <remarks>
/// <code>
///   0 "SLHANDOV" | 8 version | 12 most blocks in flight
/// </code>
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class HandOverGreeting
{
    // The bytes "SLHANDOV".
    private const ulong Magic = 0x564F444E_41484C53;
    private const uint Version = 1;
    private const int Size = 16;

    /// <summary>Sends it.</summary>
    /// <param name="channel">To the peer.</param>
    /// <param name="inFlightMax">The most blocks that will be out.</param>
    /// <returns>The socket for the slabs, to be disposed by the caller.</returns>
    public static DescriptorChannel Send(DescriptorChannel channel, int inFlightMax)
    {
        (DescriptorChannel near, DescriptorChannel far) = DescriptorChannel.CreatePair();
        try
        {
            var message = new byte[Size];
            BinaryPrimitives.WriteUInt64LittleEndian(message, Magic);
            BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), Version);
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), inFlightMax);
            channel.Send(message, far.Handle);
            return near;
        }
        catch
        {
            near.Dispose();
            throw;
        }
        finally
        {
            far.Close();
        }
    }

    /// <summary>Receives it and checks it.</summary>
    /// <param name="channel">To the peer.</param>
    /// <param name="inFlightMax">The most blocks that will be out.</param>
    /// <returns>The socket for the slabs, to be disposed by the caller.</returns>
    /// <exception cref="SharedChannelException">
    /// It is refused; the exception names the check.
    /// </exception>
    public static DescriptorChannel Receive(DescriptorChannel channel, out int inFlightMax)
    {
        var message = new byte[Size];
        using DescriptorMessage received = Receive(channel, message);
        if (received.Length != Size || received.IsTruncated)
            throw Refusal("length", $"the greeting has {received.Length} bytes, not {Size}");
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(message);
        if (magic != Magic)
            throw Refusal("magic", $"{magic:X16} is not that of a greeting");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(8));
        if (version != Version)
            throw Refusal("version", $"it is {version}, not {Version}");
        inFlightMax = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(12));
        if (inFlightMax is < 1 or > HandOverLimits.InFlightMax)
            throw Refusal("limit", $"{inFlightMax} blocks cannot be in flight");
        if (received.DescriptorCount != 1)
            throw Refusal("descriptors", $"there are {received.DescriptorCount}, not 1");
        return Open(received.Take(0));
    }

    private static DescriptorMessage Receive(DescriptorChannel channel, byte[] message)
    {
        try
        {
            return channel.Receive(message, 1);
        }
        catch (InvalidDataException error)
        {
            throw new SharedChannelException("descriptors", error.Message, error);
        }
    }

    private static DescriptorChannel Open(SafeFileHandle handle)
    {
        Socket? socket = null;
        try
        {
            var own = new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true);
            handle.SetHandleAsInvalid();
            socket = new Socket(own);
            var slabs = new DescriptorChannel(socket);
            if (slabs.HasPackets)
                return slabs;
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw new SharedChannelException("socket", error.Message, error);
        }

        socket.Dispose();
        throw Refusal("socket", "it has no packets");
    }

    private static SharedChannelException Refusal(string check, string why) => new(check, why);
}
