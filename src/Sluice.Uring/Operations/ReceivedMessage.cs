using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>
/// What stands at the start of a buffer that a multishot message receive filled: the kernel's
/// <c>struct io_uring_recvmsg_out</c>. Name, control data and payload follow, each of the first
/// two at the full size that the <see cref="MessageHeader"/> gave it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ReceivedMessage
{
    /// <summary>The length of the peer's address; larger than the room if it was cut.</summary>
    public uint NameLength { get; init; }

    /// <summary>The length of the control data.</summary>
    public uint ControlLength { get; init; }

    /// <summary>The length of the payload; larger than the room if it was cut.</summary>
    public uint PayloadLength { get; init; }

    /// <summary>The message's flags.</summary>
    public MessageFlags Flags { get; init; }
}
