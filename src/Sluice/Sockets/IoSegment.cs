using System.Runtime.InteropServices;

namespace Sluice.Sockets;

/// <summary>The kernel's <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoSegment
{
    public nint Address;
    public nuint Length;
}
