using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sluice.Memory;

/// <summary>The life of memory of a pool: it goes back where it came from.</summary>
/// <remarks>
/// While it is rented only the rental, its slices and its pins refer to it. When all of them are
/// lost, the finalizer frees it, reports it, and tells the pool.
/// </remarks>
internal sealed class PooledMemory : BufferMemory
{
    private readonly BufferPool _pool;
    private readonly NativeAllocation _native;
    private readonly byte[]? _array;
    private PoolShelf? _shelf;
    private PoolSegment? _segment;

    // The shelf, if nothing is to be done on the way there.
    private PoolShelf? _plainShelf;
    private int _index;
    private string? _stack;

    /// <summary>Allocates memory, without a life yet.</summary>
    /// <param name="pool">Whose it is.</param>
    /// <param name="size">Bytes.</param>
    /// <exception cref="OutOfMemoryException">There is not as much.</exception>
    public PooledMemory(BufferPool pool, int size)
    {
        _pool = pool;
        Size = size;
        if (pool.Zone == AllocationZone.Heap)
        {
            _array = pool.IsCleared
                ? new byte[size]
                : GC.AllocateUninitializedArray<byte>(size);
        }
        else
        {
            _native = AllocateNative((nuint)size);
        }

        // Last: the finalizer also runs when an allocation has failed.
        IsHeld = true;
        if (pool.IsPrefaulted || (pool.IsCleared && _array is null))
            Span.Clear();
    }

#pragma warning disable MA0055 // The backstop for memory that nobody returned is the point of it.
    ~PooledMemory()
#pragma warning restore MA0055
    {
        if (!IsHeld)
            return;

        // What lies idle in a pool that is gone was given back: it is no leak.
        if (!IsUnused)
        {
            BufferLeaks.Report((nuint)Size, _stack);
            _segment?.Vacate(_index);
            _pool.OnLost(this);
        }

        FreeNative();
    }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>The pool that gives it out.</summary>
    public BufferPool Pool => _pool;

    /// <summary>Whether the pool gives it out again when it comes back.</summary>
    public bool IsKept => _segment is not null;

    public override bool IsReused => true;

    private bool IsHeld { get; set; }

    private unsafe Span<byte> Span =>
        _array ?? new Span<byte>((void*)_native.Address, Size);

    /// <summary>Says where the memory waits for the next rental.</summary>
    public void KeepAt(PoolShelf shelf, PoolSegment segment, int index)
    {
        _shelf = shelf;
        _segment = segment;
        _plainShelf = _pool.IsPlain ? shelf : null;
        HasSoleWriter = _pool.IsPlain;
        _index = index;
    }

    /// <summary>Its place is free for other memory.</summary>
    public void LeavePlace()
    {
        _segment?.Vacate(_index);
        _segment = null;
        _plainShelf = null;
    }

    /// <summary>Begins a rental; only who has taken the memory from its place.</summary>
    /// <param name="size">Bytes of the buffer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PooledBuffer Rent(int size)
    {
        int generation = Open();
        if (Front is { } front && !BufferTrace.IsEnabled)
            front.Reopen(generation, size);
        else
            MakeFront(generation, size);
        return new PooledBuffer(this, generation);
    }

    /// <summary>Ends a rental.</summary>
    /// <returns>False if it has ended already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReturn(int generation)
    {
        if (_plainShelf is { } shelf && shelf.TryEnterEnding())
        {
            if (TryEndAlone(generation))
            {
                if (!shelf.TryPutFirst(this))
                    _segment!.Put(_index, this);
                shelf.LeaveEnding();
                return true;
            }

            shelf.LeaveEnding();
        }

        return TryReturnSlowly(generation);
    }

    // Pinned, ended already, another thread, or the same far away on its stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReturnSlowly(int generation)
    {
        if (!TryEnd(generation, out bool isUnused))
            return false;

        if (isUnused)
            OnUnused();
        return true;
    }

    protected override void ShareWord()
    {
        if (_plainShelf is { } shelf && shelf.MustBeShared())
            _pool.Share(shelf);
    }

    public override BufferMemory ForSlice(int generation) => new HeldMemory(this, generation);

    /// <summary>Frees memory that is unused and in no place.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "It is its pool that disposes it.")]
    public void Free()
    {
        IsHeld = false;
        GC.SuppressFinalize(this);
        FreeNative();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected override void OnUnused()
    {
        if (_plainShelf is not null)
            PutBack(_segment!);
        else
            CleanUp();
    }

    // From the put on it is somebody else's, who may have freed it already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutBack(PoolSegment segment)
    {
        PoolShelf shelf = _shelf!;
        BufferPool pool = _pool;
        segment.Put(_index, this);
        if (shelf.IsClosed)
            pool.FreeIdle();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeFront(int generation, int size)
    {
        if (BufferTrace.IsEnabled)
            _stack = Environment.StackTrace;
        try
        {
            // A new object in trace, so that who kept the old one is found out.
            if (Front is null || BufferTrace.IsEnabled)
            {
                Front = _array is null
                    ? NativeBuffer.Over(this, _native.Address, Size)
                    : new ByteArrayBuffer(this, _array, 0, Size, isView: false);
            }

            Front.Reopen(generation, size);
        }
        catch (OutOfMemoryException)
        {
            TryReturn(generation);
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CleanUp()
    {
        if (_pool.IsCleared)
            Span.Clear();
        else if (BufferTrace.IsEnabled)
            Span.Fill(BufferTrace.Poison);
        if (_pool.IsBounded)
            _pool.OnUnrented(Size);

        if (_segment is { } segment)
            PutBack(segment);
        else
            _pool.FreeUnkept(this);
    }

    private static NativeAllocation AllocateNative(nuint size)
    {
        const nuint Alignment = NativeBuffer.DefaultAlignment;
        if (BufferTrace.IsEnabled)
            return GuardedSource.Allocate(size, Alignment);

        nint origin = HeapSource.Allocate(size, Alignment);
        return new NativeAllocation(HeapSource.Align(origin, Alignment), size, origin, null);
    }

    private void FreeNative()
    {
        if (_array is not null)
            return;

        if (BufferTrace.IsEnabled)
            GuardedSource.Instance.Free(_native);
        else
            HeapSource.Free(_native.Origin);
    }
}
