namespace Sluice.Memory;

/// <summary>What a slab's memory is made of: what was granted, not what was asked for.</summary>
public enum SlabPages
{
    /// <summary>Pages of the usual size.</summary>
    Base,

    /// <summary>
    /// Usual pages that the kernel has agreed to join into huge ones (transparent huge pages).
    /// </summary>
    TransparentHuge,

    /// <summary>Pages from the machine's pool of huge pages (<c>MAP_HUGETLB</c>).</summary>
    HugePool,

    /// <summary>Memory of the C library's heap: on systems other than Linux.</summary>
    NativeHeap,
}
