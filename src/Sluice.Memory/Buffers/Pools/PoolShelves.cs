namespace Sluice.Memory;

/// <summary>The shelves of a pool, and what is done to all of them at once.</summary>
/// <remarks>
/// A shelf belongs to a managed thread id and a class. The runtime gives the id of a dead thread
/// to the next one that starts, after the dead one has ended, and never to two at once: the new
/// thread inherits what the dead one left.
/// </remarks>
internal sealed class PoolShelves(BufferPool pool, PoolLimits limits)
{
    // A takeover interrupts every thread; what it saves is an allocation.
    private const int RefusalsPerTakeover = 64;

    private readonly Lock _gate = new();
    private bool _isClosed;

    /// <summary>The shelf of a place. Only the thread whose place it is.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public PoolShelf GetOrAdd(int place, int classBytes)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            PoolShelf?[] table = pool.Table;
            if (place < table.Length && table[place] is { } found)
                return found;

            // Others go on reading the old table: each finds its own shelves there.
            var shelf = new PoolShelf(classBytes);
            if (place >= table.Length)
                Array.Resize(ref table, Math.Max(place + 1, table.Length * 2));
            Volatile.Write(ref table[place], shelf);
            pool.Table = table;
            return shelf;
        }
    }

    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public void ThrowIfClosed()
    {
        if (Volatile.Read(ref _isClosed))
            throw new ObjectDisposedException(nameof(BufferPool), "The pool was disposed.");
    }

    /// <summary>
    /// Now and then takes what lies idle with another thread, or frees what lies idle in other
    /// classes, when no more may be kept.
    /// </summary>
    /// <param name="shelf">The calling thread's, which has nothing.</param>
    /// <returns>Memory that was taken; null: there is none, but there may be room now.</returns>
    public PooledMemory? TryTakeOver(PoolShelf shelf)
    {
        if (shelf.RefusedCount++ % RefusalsPerTakeover != 0)
            return null;

        lock (_gate)
        {
            ThrowIfClosed();
            if (!IsAnythingIdle())
                return null;

            PoolSegment segment = shelf.Reserve(out int place);
            BlockAll();
            PooledMemory? taken = TakeOfClass(shelf.ClassBytes);
            if (taken is null)
            {
                FreeIdle(shelf.ClassBytes);
                shelf.GiveUp(segment, place);
            }
            else
            {
                taken.LeavePlace();
                taken.KeepAt(shelf, segment, place);
            }

            UnblockAll();
            return taken;
        }
    }

    /// <summary>Frees what is idle, and what comes back from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;

            Volatile.Write(ref _isClosed, true);
            foreach (PoolShelf? shelf in pool.Table)
                shelf?.Close();
            BlockAll();
            FreeIdle(long.MaxValue);
        }
    }

    /// <summary>Frees what has come back to a closed pool.</summary>
    public void FreeClosed()
    {
        // Close holds the gate until no thread takes any more.
        lock (_gate)
            FreeIdle(long.MaxValue);
    }

    public BufferPoolStatistics GetStatistics()
    {
        lock (_gate)
        {
            long rentals = limits.UnkeptAllocatedCount;
            int rented = limits.UnkeptCount;
            long rentedBytes = limits.UnkeptBytes;
            int idle = 0;
            long idleBytes = 0;
            foreach (PoolShelf? shelf in pool.Table)
            {
                if (shelf is null)
                    continue;

                rentals += shelf.AskedCount - shelf.MissedCount + shelf.AddedCount;
                foreach (PoolSegment segment in shelf.Segments)
                {
                    int idleHere = segment.CountIdle();
                    int rentedHere = Math.Max(segment.CountReserved() - idleHere, 0);
                    idle += idleHere;
                    idleBytes += (long)idleHere * shelf.ClassBytes;
                    rented += rentedHere;
                    rentedBytes += (long)rentedHere * shelf.ClassBytes;
                }
            }

            return new BufferPoolStatistics(
                rentals, limits.AllocatedCount, rented, rentedBytes, idle, idleBytes,
                limits.LostCount);
        }
    }

    private bool IsAnythingIdle()
    {
        foreach (PoolShelf? shelf in pool.Table)
        {
            if (shelf is null)
                continue;
            foreach (PoolSegment segment in shelf.Segments)
            {
                if (segment.CountIdle() > 0)
                    return true;
            }
        }

        return false;
    }

    // Under the gate. The order of the steps is that of PoolShelf's remarks.
    private void BlockAll()
    {
        foreach (PoolShelf? shelf in pool.Table)
            shelf?.Block();
        Interlocked.MemoryBarrierProcessWide();
        foreach (PoolShelf? shelf in pool.Table)
        {
            var wait = new SpinWait();
            while (shelf is not null && shelf.IsBusy)
                wait.SpinOnce();
        }
    }

    private void UnblockAll()
    {
        foreach (PoolShelf? shelf in pool.Table)
            shelf?.Unblock();
    }

    // While all shelves are blocked.
    private PooledMemory? TakeOfClass(int classBytes)
    {
        foreach (PoolShelf? shelf in pool.Table)
        {
            if (shelf is not null
                && shelf.ClassBytes == classBytes
                && shelf.TakeFromOutside() is { } memory)
            {
                return memory;
            }
        }

        return null;
    }

    // While all shelves are blocked.
    private void FreeIdle(long bytes)
    {
        foreach (PoolShelf? shelf in pool.Table)
        {
            while (shelf is not null && bytes > 0 && shelf.TakeFromOutside() is { } memory)
            {
                memory.LeavePlace();
                limits.Unkeep(memory.Size);
                bytes -= memory.Size;
                memory.Free();
            }
        }
    }
}
