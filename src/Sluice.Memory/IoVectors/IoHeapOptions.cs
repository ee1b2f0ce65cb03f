namespace Sluice.Memory;

/// <summary>How an <see cref="IoHeap"/> gets its memory. Read when it is made.</summary>
public sealed class IoHeapOptions
{
    /// <summary>
    /// The size of a slab in bytes, a multiple of the page size. The first slabs of each block
    /// size are smaller, so that a heap that holds little is small; only slabs of whole 2 MiB can
    /// have huge pages. Blocks that are larger have slabs of their own size. Defaults to 2 MiB.
    /// </summary>
    public int SlabSize { get; set; } = 2 * 1024 * 1024;

    /// <summary>
    /// The most bytes that all slabs together may have. An allocation that needs more fails, or
    /// waits. 0 means no limit. Defaults to 0.
    /// </summary>
    public long LimitBytes { get; set; }

    /// <summary>
    /// Which pages to ask for; a refusal leads to the next kind. A huge page is resident as a
    /// whole from its first byte on. Defaults to <see cref="IoHugePages.Auto"/>.
    /// </summary>
    public IoHugePages HugePages { get; set; }

    /// <summary>
    /// The memory node that pages should come from, on a machine that has more than one. Null
    /// means that of the processor that runs the thread which makes the heap; -1 leaves it to the
    /// kernel. Defaults to null.
    /// </summary>
    public int? NumaNode { get; set; }

    /// <summary>
    /// Makes each slab a shared memory object of its own, which
    /// <see cref="IoSlab.SharedMemory"/> hands out for another process to map. A slab then takes
    /// a descriptor. <see cref="SharedMemoryOptions.HugePages"/> decides about its pages, not
    /// <see cref="HugePages"/>. If no object can be made, the
    /// <see cref="SharedMemoryException"/> goes to the caller of the allocation; if there is no
    /// memory or descriptor left, the heap is exhausted. Null means private memory. Defaults to
    /// null.
    /// </summary>
    public SharedMemoryOptions? SharedMemory { get; set; }

    /// <summary>
    /// What nobody can do with the objects of shared slabs. With
    /// <see cref="SharedMemorySeals.FutureWrite"/> other processes can only read. It has no
    /// effect on objects that cannot be sealed, those that are no memfd: a receiver refuses them
    /// unless it trusts this process. Defaults to shrinking, growing and sealing.
    /// </summary>
    public SharedMemorySeals SharedMemorySeals { get; set; } =
        SharedMemorySeals.Shrink | SharedMemorySeals.Grow | SharedMemorySeals.Seal;

    /// <summary>
    /// Called on the owner's thread after a slab was mapped and before a block of it is handed
    /// out: the place to register it with a ring. If it throws, the slab is not used and the
    /// exception goes to the caller of the allocation. Defaults to null.
    /// </summary>
    public Action<IoSlab>? SlabAdded { get; set; }

    /// <summary>
    /// Called before a slab is unmapped, on the thread that trims or disposes of the heap or, if
    /// vectors outlive the heap, on the one that releases the last of them. It must not throw.
    /// Defaults to null.
    /// </summary>
    public Action<IoSlab>? SlabRemoved { get; set; }

    /// <summary>
    /// Called by <see cref="IoHeap.Dispose"/> with a text about the vectors that are still held,
    /// if there are any. Defaults to null.
    /// </summary>
    public Action<string>? LeakFound { get; set; }

    internal void Validate()
    {
        int page = Environment.SystemPageSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(SlabSize, page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SlabSize, 1 << 30);
        if (SlabSize % page != 0)
            throw new ArgumentException("The slab size is not whole pages.", nameof(SlabSize));
        ArgumentOutOfRangeException.ThrowIfNegative(LimitBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(NumaNode ?? -1, -1);
        if (!Enum.IsDefined(HugePages))
            throw new ArgumentOutOfRangeException(nameof(HugePages));

        // The heap writes to its slabs, always.
        if ((SharedMemorySeals & SharedMemorySeals.Write) != 0)
            throw new ArgumentException("A slab is written to.", nameof(SharedMemorySeals));
    }
}
