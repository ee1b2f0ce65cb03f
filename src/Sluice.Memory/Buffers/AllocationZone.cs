namespace Sluice.Memory;

/// <summary>Where the memory of a buffer comes from.</summary>
public enum AllocationZone
{
    /// <summary>
    /// A managed array (<see cref="ByteArrayBuffer"/>). Cheapest to make, freed by the garbage
    /// collector; it moves, so the kernel may use it only while it is pinned.
    /// </summary>
    Heap,

    /// <summary>
    /// Native memory (<see cref="NativeBuffer"/>). It never moves and has an address that can be
    /// handed to the kernel or to native code; it is freed by <see cref="IDisposable.Dispose"/>.
    /// </summary>
    Direct,

    /// <summary>
    /// Native memory as <see cref="Direct"/>, backed by a memory object of the operating system
    /// that another process can map.
    /// </summary>
    SharedMemory,
}
