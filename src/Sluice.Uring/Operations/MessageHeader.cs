using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>
/// What a message operation sends or receives: the kernel's <c>struct msghdr</c>
/// (<c>recvmsg(2)</c>).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public record struct MessageHeader
{
    /// <summary>Address of the peer's <c>sockaddr</c>, or 0.</summary>
    public nint Name { get; set; }

    /// <summary>The room for the name, then its length.</summary>
    public uint NameLength { get; set; }

    /// <summary>Address of the <see cref="BufferSegment"/> array.</summary>
    public nint Segments { get; set; }

    /// <summary>The number of segments.</summary>
    public nuint SegmentCount { get; set; }

    /// <summary>Address of the control data, or 0.</summary>
    public nint Control { get; set; }

    /// <summary>The room for the control data in bytes, then its length.</summary>
    public nuint ControlLength { get; set; }

    /// <summary>What the kernel says of a received message (<c>MSG_*</c>).</summary>
    public MessageFlags Flags { get; set; }
}
