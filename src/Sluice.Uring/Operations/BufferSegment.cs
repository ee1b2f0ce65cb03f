using System.Runtime.InteropServices;

namespace Sluice.Uring;

/// <summary>A piece of memory for a vectored operation: the kernel's <c>struct iovec</c>.</summary>
/// <param name="Address">Where it starts.</param>
/// <param name="Length">Its length in bytes.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BufferSegment(nint Address, nuint Length);
