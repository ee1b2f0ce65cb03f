using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>Buffers that are used again and again, in power-of-two classes.</summary>
/// <remarks>
/// <para>
/// <b>Ownership.</b> What <see cref="Rent"/> gives is the caller's until it is returned. A slice
/// keeps the memory beyond the return, and so does a pin; it goes round when the last one has
/// ended. Two rentals never share memory. What nobody returns is freed by the garbage
/// collector, reported (<see cref="BufferLeaks"/>) and counted as lost, in both zones.
/// </para>
/// <para>
/// <b>Threads.</b> Any, unless <see cref="BufferPoolOptions.SingleThreaded"/>. Each thread that
/// rents has idle memory of its own, to which its rentals return from wherever they end; when the
/// pool keeps no more, it now and then takes over what lies idle with another thread, alive or
/// not. A thread whose rentals also end on it pays no atomic operation; the first one that ends
/// or is pinned elsewhere changes that for its class, and interrupts every thread for a moment.
/// </para>
/// <para>
/// <b>Errors.</b> A rental that ends twice throws <see cref="InvalidOperationException"/>, one of
/// another pool <see cref="ArgumentException"/>; neither changes anything.
/// </para>
/// <para>Idea: System.Buffers.ArrayPool, with the checks that it leaves out.</para>
/// </remarks>
/// <example>
/// <code>
/// using var pool = new BufferPool();
/// using PooledBuffer rental = pool.Rent(8192);
/// rental.Buffer.WriteInt32(42);
/// </code>
/// </example>
public sealed class BufferPool : IDisposable
{
    private const int ClassBytesMax = 1 << 30;

    // Room for the shelves of 16 threads of 32 classes: there are 31 powers of two.
    private const int RecentShift = 5;
    private const int RecentSlotsLog = 4;
    private const int SoughtPerNote = 64;

    private readonly int _classCount;
    private readonly int _smallest;
    private readonly int _smallestMask;
    private readonly int _smallestLog;

    // What is left of 32 bits above those of the smallest class.
    private readonly int _sizeBits;
    private readonly bool _isSingle;
    private readonly bool _isPlain;
    private readonly PoolLimits _limits;
    private readonly PoolShelves _shelves;

    // Classes whose rentals need nothing but to be taken: all or none.
    private readonly int _plainClassCount;

    // By spot on the stack and class: what the threads there used last. Only a hint.
    private readonly PoolShelf?[] _recent;
    private PoolShelf?[] _table = [];

    /// <summary>Creates a pool without memory.</summary>
    /// <param name="options">The options; null for the defaults. They are copied.</param>
    /// <exception cref="ArgumentException">A value that its option does not allow.</exception>
    public BufferPool(BufferPoolOptions? options = null)
    {
        options ??= new BufferPoolOptions();
        Check(options);
        Zone = options.Zone;
        IsCleared = options.ClearOnReturn;
        IsBounded = options.RentedBytesMax is not null;
        IsPrefaulted = options.Prefault;
        _isPlain = !IsCleared && !IsBounded && !BufferTrace.IsEnabled;
        _isSingle = options.SingleThreaded;
        _smallest = options.SmallestClassBytes;
        _smallestMask = _smallest - 1;
        _smallestLog = BitOperations.Log2((uint)_smallest);
        _sizeBits = 32 - _smallestLog;
        _classCount = BitOperations.Log2((uint)options.LargestClassBytes) - _smallestLog + 1;
        _limits = new PoolLimits(options.RetainedBytesMax, options.RentedBytesMax ?? long.MaxValue);
        _shelves = new PoolShelves(this, _limits);
        _plainClassCount = _isPlain ? _classCount : 0;
        _recent = new PoolShelf?[_isSingle ? _classCount : 1 << (RecentShift + RecentSlotsLog)];
    }

    /// <summary>Where the memory comes from.</summary>
    public AllocationZone Zone { get; }

    /// <summary>Neither clearing nor counting nor tracing: nothing to do but to take.</summary>
    internal bool IsPlain => _isPlain;

    internal bool IsCleared { get; }

    internal bool IsBounded { get; }

    internal bool IsPrefaulted { get; }

    /// <summary>Rents a buffer; position 0, limit and capacity at the size.</summary>
    /// <param name="size">Bytes; zero is a buffer without room.</param>
    /// <returns>A rental to be returned. Its bytes are what they happen to be, unless
    /// <see cref="BufferPoolOptions.ClearOnReturn"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="BufferPoolOptions.RentedBytesMax"/> would be exceeded.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public PooledBuffer Rent(int size)
    {
        // Zero and negative sizes wrap to a class that there is not.
        int index = _sizeBits
            - BitOperations.LeadingZeroCount((uint)(size - 1) | (uint)_smallestMask);
        if ((uint)index < (uint)_plainClassCount)
        {
            nint spot = StackSpot.Here;
            PoolShelf?[] recent = _recent;
            int slot = _isSingle ? index : Slot(spot, index);
            if ((uint)slot < (uint)recent.Length
                && recent[slot] is { } shelf
                && (_isSingle || shelf.IsNear(spot))
                && shelf.TryTake() is { } memory)
            {
                return memory.Rent(size);
            }
        }

        return RentSlowly(size, StackSpot.Here);
    }

    /// <summary>Rents a buffer, unless that would exceed the bound.</summary>
    /// <param name="size">Bytes; zero is a buffer without room.</param>
    /// <param name="rental">The rental, as <see cref="Rent"/> gives it.</param>
    /// <returns>
    /// False if <see cref="BufferPoolOptions.RentedBytesMax"/> would be exceeded.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="OutOfMemoryException">There is not as much memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public bool TryRent(int size, out PooledBuffer rental)
    {
        if (IsBounded)
            return TryRentSlowly(size, StackSpot.Here, out rental);

        rental = Rent(size);
        return true;
    }

    /// <summary>Ends a rental; the memory goes round when no slice and no pin holds it.</summary>
    /// <param name="rental">What was rented from this pool. Any thread.</param>
    /// <exception cref="ArgumentException">It is of another pool, or no rental.</exception>
    /// <exception cref="InvalidOperationException">It was returned already.</exception>
    public void Return(PooledBuffer rental)
    {
        PooledMemory? memory = rental.Memory;
        if (memory is null || memory.Pool != this)
            PoolThrow.Foreign(nameof(rental));
        if (!memory.TryReturn(rental.Generation))
            PoolThrow.ReturnedTwice();
    }

    /// <summary>What the pool has and has done. Any thread; it visits all of its memory.</summary>
    public BufferPoolStatistics GetStatistics() => _shelves.GetStatistics();

    /// <summary>
    /// Frees what is idle, in all classes and of all threads. What is rented stays, and renting
    /// goes on. It interrupts every thread of the process for a moment: for a time when there is
    /// little to do, not for every request. Any thread; nothing on a disposed pool.
    /// </summary>
    /// <returns>Bytes that were freed. Those of <see cref="AllocationZone.Heap"/> are the garbage
    /// collector's then.</returns>
    public long Trim() => _shelves.Trim();

    /// <summary>
    /// Frees what is idle. What is rented goes on and is freed when it comes back; renting
    /// throws. Any number of times, from any thread.
    /// </summary>
    public void Dispose() => _shelves.Close();

    /// <summary>Shelves by thread and class; replaced under the gate of those.</summary>
    internal PoolShelf?[] Table
    {
        get => Volatile.Read(ref _table);
        set => Volatile.Write(ref _table, value);
    }

    /// <summary>Memory came back to a pool that is closed. Any thread.</summary>
    internal void FreeIdle() => _shelves.FreeClosed();

    /// <summary>Another thread than the shelf's own is about to end or to pin a rental.
    /// </summary>
    internal void Share(PoolShelf shelf) => _shelves.Share(shelf);

    /// <summary>Memory came back that does not go round. Any thread.</summary>
    internal void FreeUnkept(PooledMemory memory)
    {
        _limits.OnUnkeptFreed(memory.Size);
        memory.Free();
    }

    /// <summary>Memory came back, whatever becomes of it; only if rentals are bounded.</summary>
    internal void OnUnrented(int size) => _limits.Unrent(size);

    /// <summary>Memory is being freed that nobody returned. The finalizer's thread.</summary>
    internal void OnLost(PooledMemory memory)
    {
        if (IsBounded)
            _limits.Unrent(memory.Size);
        _limits.OnLost(memory.Size, memory.IsKept);
    }

    private static void Check(BufferPoolOptions options)
    {
        int smallest = options.SmallestClassBytes;
        int largest = options.LargestClassBytes;
        if (options.Zone is not (AllocationZone.Heap or AllocationZone.Direct))
            throw new ArgumentException("A pool is of heap or native memory.", nameof(options));
        if (!BitOperations.IsPow2(smallest) || !BitOperations.IsPow2(largest))
            throw new ArgumentException("A class is a power of two.", nameof(options));
        if (smallest > largest || largest > ClassBytesMax)
        {
            throw new ArgumentException(
                "The largest class is below the smallest, or above 1 GiB.", nameof(options));
        }

        if (options.RetainedBytesMax < 0 || options.RentedBytesMax < 0)
            throw new ArgumentException("A bound is not negative.", nameof(options));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(nint spot, int index) =>
        (StackSpot.Spread(spot, RecentSlotsLog) << RecentShift) | index;

    private int Place(int index) =>
        _isSingle ? index : (PoolThread.Current.Id * _classCount) + index;

    private PoolShelf Find(int index, int bytes)
    {
        PoolShelf?[] table = Table;
        int place = Place(index);
        return (uint)place < (uint)table.Length && table[place] is { } found
            ? found
            : _shelves.GetOrAdd(place, bytes);
    }

    private PooledMemory? TryTake(PoolShelf shelf, int index, nint spot)
    {
        if (_isSingle)
        {
            _recent[index] = shelf;
            return shelf.TryTake();
        }

        if (!shelf.IsInherited && shelf.TryMoveTo(spot))
        {
            // Not each time: two threads whose spots fall together would fight for the slot.
            if (shelf.SoughtCount++ % SoughtPerNote == 0)
                _recent[Slot(spot, index)] = shelf;
            return shelf.TryTake();
        }

        if (!shelf.IsInherited)
            _shelves.Inherit(shelf);
        return shelf.TryTakeAsHeir();
    }

    // By value: an address of the rental would cost the fast path.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PooledBuffer RentSlowly(int size, nint spot)
    {
        if (!TryRentSlowly(size, spot, out PooledBuffer rental))
            PoolThrow.BoundReached();
        return rental;
    }

    private bool TryRentSlowly(int size, nint spot, out PooledBuffer rental)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        rental = default;
        long rounded = Math.Max(BitOperations.RoundUpToPowerOf2((uint)size), (uint)_smallest);
        int index = BitOperations.Log2((ulong)rounded) - _smallestLog;
        bool isPooled = index < _classCount;
        int bytes = isPooled ? (int)rounded : size;
        if (IsBounded && !_limits.TryRent(bytes))
            return false;

        PooledMemory memory;
        try
        {
            memory = isPooled ? TakeOrAllocate(index, bytes, spot) : AllocateUnkept(bytes);
        }
        catch (Exception error) when (error is ObjectDisposedException or OutOfMemoryException)
        {
            if (IsBounded)
                _limits.Unrent(bytes);
            throw;
        }

        rental = memory.Rent(size);
        return true;
    }

    private PooledMemory TakeOrAllocate(int index, int bytes, nint spot)
    {
        PoolShelf shelf = Find(index, bytes);
        if (TryTake(shelf, index, spot) is { } idle)
            return idle;

        _shelves.ThrowIfClosed();
        if (!_limits.TryKeep(bytes))
        {
            if (_shelves.TryTakeOver(shelf) is { } other)
                return other;
            if (!_limits.TryKeep(bytes))
                return AllocateUnkept(bytes);
        }

        try
        {
            PoolSegment segment = shelf.Reserve(out int place);
            return AllocateAt(shelf, segment, place, bytes);
        }
        catch (OutOfMemoryException)
        {
            _limits.Unkeep(bytes);
            throw;
        }
    }

    private PooledMemory AllocateAt(
        PoolShelf shelf, PoolSegment segment, int place, int bytes)
    {
        try
        {
            var memory = new PooledMemory(this, bytes);
            memory.KeepAt(shelf, segment, place);
            _limits.OnAllocated();
            return memory;
        }
        catch (OutOfMemoryException)
        {
            shelf.GiveUp(segment, place);
            throw;
        }
    }

    private PooledMemory AllocateUnkept(int bytes)
    {
        _shelves.ThrowIfClosed();
        var memory = new PooledMemory(this, bytes);
        _limits.OnUnkeptAllocated(bytes);
        return memory;
    }
}
