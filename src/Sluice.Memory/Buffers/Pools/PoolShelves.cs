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

    /// <summary>
    /// Lets other threads than the shelf's own end and pin its rentals: from now on all do so by
    /// atomic steps. It happens once for a shelf, and interrupts every thread.
    /// </summary>
    public void Share(PoolShelf shelf)
    {
        lock (_gate)
        {
            if (shelf.IsShared)
                return;

            shelf.BeginSharing();
            Interlocked.MemoryBarrierProcessWide();
            WaitUntilLeft(shelf, isTaking: false);
            shelf.EndSharing();
        }
    }

    /// <summary>Gives the calling thread the shelf of one that has ended, with its id.</summary>
    public void Inherit(PoolShelf shelf)
    {
        lock (_gate)
        {
            if (shelf.IsInherited)
                return;

            shelf.BeginInheriting();
            Interlocked.MemoryBarrierProcessWide();
            WaitUntilLeft(shelf, isTaking: true);
            shelf.EndInheriting();
        }
    }

    /// <summary>Frees what is idle. Renting goes on.</summary>
    /// <returns>Bytes.</returns>
    public long Trim()
    {
        lock (_gate)
        {
            if (_isClosed || !IsAnythingIdle())
                return 0;

            BlockAll();
            long freed = FreeIdle(long.MaxValue);
            UnblockAll();
            return freed;
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
            foreach (PoolShelf? shelf in pool.Table)
            {
                if (shelf is null)
                    continue;
                WaitUntilLeft(shelf, isTaking: false);
                shelf.EndSharing();
            }

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
                int idleHere = shelf.CountAllIdle();
                int rentedHere = Math.Max(shelf.CountAllReserved() - idleHere, 0);
                idle += idleHere;
                idleBytes += (long)idleHere * shelf.ClassBytes;
                rented += rentedHere;
                rentedBytes += (long)rentedHere * shelf.ClassBytes;
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
            if (shelf is not null && shelf.CountAllIdle() > 0)
                return true;
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
            if (shelf is not null)
                WaitUntilLeft(shelf, isTaking: true, isEnding: false);
        }
    }

    // A few instructions of another thread, unless the system has taken its processor away.
    private static void WaitUntilLeft(PoolShelf shelf, bool isTaking, bool isEnding = true)
    {
        var wait = new SpinWait();
        while ((isTaking && shelf.IsBusy) || (isEnding && shelf.IsEnding))
            wait.SpinOnce();
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
    private long FreeIdle(long bytes)
    {
        long freed = 0;
        foreach (PoolShelf? shelf in pool.Table)
        {
            while (shelf is not null && freed < bytes && shelf.TakeFromOutside() is { } memory)
            {
                memory.LeavePlace();
                limits.Unkeep(memory.Size);
                freed += memory.Size;
                memory.Free();
            }
        }

        return freed;
    }
}
