namespace Sluice.Memory;

/// <summary>
/// The bounds of a pool and the books that its fast path does not keep: each call is an atomic
/// operation.
/// </summary>
/// <param name="keptBytesMax">Bytes that go round.</param>
/// <param name="rentedBytesMax">Bytes that are out at the same time.</param>
internal sealed class PoolLimits(long keptBytesMax, long rentedBytesMax)
{
    private long _keptBytes;
    private long _rentedBytes;
    private long _unkeptBytes;
    private long _allocatedCount;
    private long _unkeptAllocatedCount;
    private long _lostCount;
    private int _unkeptCount;

    /// <summary>Pieces of memory that were allocated.</summary>
    public long AllocatedCount => Interlocked.Read(ref _allocatedCount);

    /// <summary>Those of them that do not go round.</summary>
    public long UnkeptAllocatedCount => Interlocked.Read(ref _unkeptAllocatedCount);

    /// <summary>Those that do not go round and are out.</summary>
    public int UnkeptCount => Volatile.Read(ref _unkeptCount);

    /// <summary>Their bytes.</summary>
    public long UnkeptBytes => Interlocked.Read(ref _unkeptBytes);

    /// <summary>Rentals that were never returned.</summary>
    public long LostCount => Interlocked.Read(ref _lostCount);

    public bool TryKeep(int bytes)
    {
        if (!TryAdd(ref _keptBytes, bytes, keptBytesMax))
            return false;

        MemoryMetrics.OnPoolBytes(bytes);
        return true;
    }

    public void Unkeep(int bytes)
    {
        Interlocked.Add(ref _keptBytes, -bytes);
        MemoryMetrics.OnPoolBytes(-bytes);
    }

    public bool TryRent(int bytes) => TryAdd(ref _rentedBytes, bytes, rentedBytesMax);

    public void Unrent(int bytes) => Interlocked.Add(ref _rentedBytes, -bytes);

    public void OnAllocated()
    {
        Interlocked.Increment(ref _allocatedCount);
        MemoryMetrics.OnPoolAllocated();
    }

    public void OnUnkeptAllocated(int bytes)
    {
        OnAllocated();
        MemoryMetrics.OnPoolBytes(bytes);
        Interlocked.Increment(ref _unkeptAllocatedCount);
        Interlocked.Increment(ref _unkeptCount);
        Interlocked.Add(ref _unkeptBytes, bytes);
    }

    public void OnUnkeptFreed(int bytes)
    {
        Interlocked.Decrement(ref _unkeptCount);
        Interlocked.Add(ref _unkeptBytes, -bytes);
        MemoryMetrics.OnPoolBytes(-bytes);
    }

    public void OnLost(int bytes, bool isKept)
    {
        Interlocked.Increment(ref _lostCount);
        MemoryMetrics.OnPoolLost();
        if (isKept)
            Unkeep(bytes);
        else
            OnUnkeptFreed(bytes);
    }

    private static bool TryAdd(ref long sum, int bytes, long max)
    {
        long seen = Volatile.Read(ref sum);
        while (seen <= max - bytes)
        {
            long current = Interlocked.CompareExchange(ref sum, seen + bytes, seen);
            if (current == seen)
                return true;
            seen = current;
        }

        return false;
    }
}
