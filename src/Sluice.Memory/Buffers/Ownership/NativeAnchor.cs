using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>
/// An array that never moves. A native address is a distance from its first byte, as an index is
/// one from the first byte of a buffer's own array: both are reached by the same sum, without a
/// branch.
/// </summary>
/// <remarks>
/// Soundness: the array is pinned for good, so the distance stays right. A reference to memory
/// that is not the collector's is ignored by it.
/// </remarks>
internal static unsafe class NativeAnchor
{
    public static readonly byte[] Array = GC.AllocateArray<byte>(1, pinned: true);

    /// <summary>The address of its first byte.</summary>
    public static readonly nint Address =
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Array));
}
