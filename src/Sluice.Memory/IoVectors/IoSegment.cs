using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>
/// Where the bytes of a vector lie, laid out as the kernel's <c>struct iovec</c>: an array of them
/// can be handed to a vectored system call. It holds no reference.
/// </summary>
/// <param name="Address">Where they start.</param>
/// <param name="Length">How many there are.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct IoSegment(nint Address, nuint Length);
