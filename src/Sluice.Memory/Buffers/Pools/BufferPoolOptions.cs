namespace Sluice.Memory;

/// <summary>What a <see cref="BufferPool"/> gives out, and how much it keeps.</summary>
public sealed class BufferPoolOptions
{
    /// <summary>
    /// Where the memory comes from: <see cref="AllocationZone.Heap"/> or
    /// <see cref="AllocationZone.Direct"/>. Defaults to Direct.
    /// </summary>
    public AllocationZone Zone { get; set; } = AllocationZone.Direct;

    /// <summary>
    /// Bytes of the smallest class, a power of two: a smaller rental takes as many.
    /// Defaults to 256.
    /// </summary>
    public int SmallestClassBytes { get; set; } = 256;

    /// <summary>
    /// Bytes of the largest class, a power of two and at most 1 GiB. Larger rentals are served,
    /// but their memory is allocated for each of them and freed when it comes back. Defaults to
    /// 1 MiB.
    /// </summary>
    public int LargestClassBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Bytes that the pool keeps for use again, over all threads and classes, rented or idle; 0
    /// keeps nothing. What is rented beyond is freed when it comes back. Defaults to 64 MiB.
    /// </summary>
    public long RetainedBytesMax { get; set; } = 64L << 20;

    /// <summary>
    /// Bytes that may be rented at the same time, each rental counted with its class; null is
    /// without a bound. Beyond it <see cref="BufferPool.TryRent"/> says no and
    /// <see cref="BufferPool.Rent"/> throws. Memory that a slice or a pin holds counts until it
    /// comes back. A bound costs two atomic operations for each rental. Defaults to null.
    /// </summary>
    public long? RentedBytesMax { get; set; }

    /// <summary>
    /// Whether memory is overwritten with zeros on its way back, so that a rental never sees the
    /// bytes of an earlier one: every rental is zeros then. It costs what clearing the class
    /// costs. Defaults to false: a rental's bytes are what they happen to be.
    /// </summary>
    public bool ClearOnReturn { get; set; }

    /// <summary>
    /// Whether one thread at a time rents, so that all find the same idle memory. Two that rent
    /// at once would get the same memory then. Returns are from any thread, either way. Defaults
    /// to false: each thread that rents has idle memory of its own.
    /// </summary>
    public bool SingleThreaded { get; set; }

    /// <summary>
    /// Whether each page of new memory is touched when it is allocated, so that the first user
    /// does not wait for the system to find a page. Defaults to false.
    /// </summary>
    public bool Prefault { get; set; }
}
