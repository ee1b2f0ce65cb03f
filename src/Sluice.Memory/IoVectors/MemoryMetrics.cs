using System.Diagnostics.Metrics;

namespace Sluice.Memory;

/// <summary>
/// What all heaps and pools of the process have, in the meter <c>Sluice.Memory</c>. Counted where
/// memory is asked of the system or given back, which is rare; never where it goes round.
/// </summary>
internal static class MemoryMetrics
{
    private static readonly Meter s_meter = new(BufferLeaks.MeterName);
    private static long s_slabs;
    private static long s_slabBytes;
    private static long s_poolBytes;
    private static long s_poolAllocations;
    private static long s_poolLost;

    static MemoryMetrics()
    {
        _ = s_meter.CreateObservableUpDownCounter(
            "sluice.heap.slabs",
            static () => Volatile.Read(ref s_slabs),
            "{slab}",
            "Slabs of all heaps.");
        _ = s_meter.CreateObservableUpDownCounter(
            "sluice.heap.mapped",
            static () => Volatile.Read(ref s_slabBytes),
            "By",
            "Bytes of all heaps.");
        _ = s_meter.CreateObservableUpDownCounter(
            "sluice.pool.bytes",
            static () => Volatile.Read(ref s_poolBytes),
            "By",
            "Bytes of all buffer pools, idle and rented.");
        _ = s_meter.CreateObservableCounter(
            "sluice.pool.allocations",
            static () => Volatile.Read(ref s_poolAllocations),
            "{buffer}",
            "Rentals for which buffer pools had to allocate.");
        _ = s_meter.CreateObservableCounter(
            "sluice.pool.lost",
            static () => Volatile.Read(ref s_poolLost),
            "{buffer}",
            "Rentals of buffer pools that were never returned.");
    }

    public static void OnMapped(int bytes)
    {
        Interlocked.Increment(ref s_slabs);
        Interlocked.Add(ref s_slabBytes, bytes);
    }

    public static void OnUnmapped(int bytes)
    {
        Interlocked.Decrement(ref s_slabs);
        Interlocked.Add(ref s_slabBytes, -bytes);
    }

    public static void OnPoolAllocated() => Interlocked.Increment(ref s_poolAllocations);

    public static void OnPoolBytes(int change) => Interlocked.Add(ref s_poolBytes, change);

    public static void OnPoolLost() => Interlocked.Increment(ref s_poolLost);
}
