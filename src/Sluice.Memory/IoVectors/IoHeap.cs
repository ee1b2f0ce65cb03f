// Long: what a user sees of a heap is one type, documented; its parts are in Heap*.cs.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Memory.Interop;
using static Sluice.Memory.BlockWord;

namespace Sluice.Memory;

/// <summary>
/// Memory for I/O: slabs, cut into blocks of 256 B to 1 MiB, handed out as reference-counted
/// <see cref="IoVector"/>s. One per thread or reactor, passed explicitly.
/// </summary>
/// <remarks>
/// <para>A heap belongs to one thread: the one that made it, until another calls
/// <see cref="BindToCurrentThread"/>. Its members throw <see cref="IoVectorException"/> on other
/// threads, <see cref="Dispose"/> excepted. Vectors that were allocated as Shared can be used and
/// released anywhere; their blocks come back over a return stack, which the owner looks into
/// when it runs out of free blocks, and in <see cref="Collect"/>.</para>
/// <para>A heap keeps what it has mapped; <see cref="Trim"/> gives slabs without a used block
/// back. It has no finalizer: a heap that is not disposed keeps its memory.</para>
/// <para>The words are those of libevpl's memory management: <c>evpl_iovec_alloc</c>,
/// <c>evpl_iovec_reserve</c>, <c>evpl_iovec_commit</c>.</para>
/// </remarks>
public sealed unsafe class IoHeap : IDisposable
{
    /// <summary>The longest vector. Longer requests span several.</summary>
    public const int VectorLengthMax = SizeClasses.SizeMax;

    private const int WaitersAttention = 1;
    private const int OrphanAttention = 2;

    private readonly Lock _gate = new();
    private readonly HeapWaiters _waiters = new();
    private readonly byte[] _listMemory;
    private readonly BlockList* _lists;
    private readonly HeapSlabs _slabs;
    private readonly IoHeapOptions _options;
    private GCHandle _self;
    private nuint _formerOwner;
    private int _attention;
    private bool _isDisposed;

    /// <summary>Makes an empty heap that belongs to this thread.</summary>
    /// <param name="options">Null means the defaults.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public IoHeap(IoHeapOptions? options = null)
    {
        _options = options ?? new IoHeapOptions();
        _options.Validate();
        _listMemory = GC.AllocateArray<byte>(
            (SizeClasses.Count + 1) * BlockList.Size, pinned: true);
        nint memory = Marshal.UnsafeAddrOfPinnedArrayElement(_listMemory, 0);
        _lists = (BlockList*)((memory + BlockList.Size - 1) / BlockList.Size * BlockList.Size);
        _self = GCHandle.Alloc(this);
        for (int index = 0; index < SizeClasses.Count; index++)
        {
            _lists[index].Heap = GCHandle.ToIntPtr(_self);
            _lists[index].Extent = (ulong)SizeClasses.SizeOf(index) << 32;
            _lists[index].ClassIndex = index;
        }

        _slabs = new HeapSlabs(_options, _lists);
        _slabs.SetWindow(ThreadStack.Current);
    }

    /// <summary>The slabs, for instance to register them all with a new ring.</summary>
    public IReadOnlyList<IoSlab> Slabs => _slabs.All;

    /// <summary>The bytes of all slabs.</summary>
    public long MappedBytes => _slabs.MappedBytes;

    internal ReturnStack Returns { get; } = new();

    internal IoHeapOptions Options => _options;

    /// <summary>
    /// A vector of that many bytes, or false if the heap is exhausted. What the memory holds is
    /// not defined.
    /// </summary>
    /// <param name="length">From 0 to <see cref="VectorLengthMax"/>.</param>
    /// <param name="vector">A new reference, to be released.</param>
    /// <param name="sharing">Which threads may use it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocate(
        int length, out IoVector vector, IoVectorSharing sharing = IoVectorSharing.Local)
    {
        if (!IoVectorTrace.IsEnabled && (uint)(length - 1) < SizeClasses.SizeMax)
        {
            BlockList* list = _lists + (uint)SizeClasses.IndexOf(length);
            if (ThreadStack.IsIn(list->Window) && (uint)sharing <= (uint)IoVectorSharing.Shared)
            {
                Block* block = list->Newest;
                if (block != null)
                    list->Newest = null;
                else if ((block = list->Others) != null)
                    list->Others = block->Next;
                else
                    return TryAllocateOne(length, 0, sharing, out vector);

                ulong generation = block->Word;
                block->Word = generation | ((ulong)sharing << SharedShift) | 1;
                IoVector.Set(out vector, block, generation, list->Extent | (uint)length);
                return true;
            }
        }

        return TryAllocateOne(length, 0, sharing, out vector);
    }

    /// <summary>A vector of that many bytes.</summary>
    /// <param name="length">From 0 to <see cref="VectorLengthMax"/>.</param>
    /// <param name="sharing">Which threads may use it.</param>
    /// <param name="alignment">
    /// A power of two, at most the page size; 0 means none in particular.
    /// </param>
    /// <exception cref="IoHeapExhaustedException">The heap is exhausted.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public IoVector Allocate(
        int length, IoVectorSharing sharing = IoVectorSharing.Local, int alignment = 0)
    {
        if (!TryAllocateOne(length, alignment, sharing, out IoVector vector))
            throw new IoHeapExhaustedException($"The heap has no {length} bytes left.");
        return vector;
    }

    /// <summary>
    /// One or more vectors that have that many bytes together, or none at all
    /// (<c>evpl_iovec_alloc</c>).
    /// </summary>
    /// <param name="length">The bytes, at least 0.</param>
    /// <param name="alignment">Of each vector: as for the other overload.</param>
    /// <param name="destination">
    /// Room for as many vectors as there may be. The first ones are set.
    /// </param>
    /// <param name="sharing">Which threads may use them.</param>
    /// <returns>
    /// How many vectors there are; 0 if the heap is exhausted or the room is not enough.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public int Allocate(
        int length,
        int alignment,
        Span<IoVector> destination,
        IoVectorSharing sharing = IoVectorSharing.Local) =>
        new HeapRequest(this, alignment, sharing, isReserved: false).Fill(length, destination);

    /// <summary>
    /// As <see cref="Allocate(int, int, Span{IoVector}, IoVectorSharing)"/>, for data whose size is
    /// not known yet: fill the vectors, set their lengths, and <see cref="Commit"/> them. Until
    /// then they cannot be cloned, moved or released, and nobody else gets their memory
    /// (<c>evpl_iovec_reserve</c>).
    /// </summary>
    /// <param name="length">The most bytes that there may be.</param>
    /// <param name="alignment">Of each vector.</param>
    /// <param name="destination">Room for as many vectors as there may be.</param>
    /// <param name="sharing">Which threads may use them once they are committed.</param>
    /// <returns>How many vectors there are; 0 if there is not enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public int Reserve(
        int length,
        int alignment,
        Span<IoVector> destination,
        IoVectorSharing sharing = IoVectorSharing.Local) =>
        new HeapRequest(this, alignment, sharing, isReserved: true).Fill(length, destination);

    /// <summary>
    /// Makes reserved vectors ordinary ones, of the lengths that they have now. Those of length 0
    /// give their memory back and are cleared (<c>evpl_iovec_commit</c>).
    /// </summary>
    /// <param name="vectors">Reserved by this heap. The others move to the front.</param>
    /// <returns>How many vectors are left.</returns>
    /// <exception cref="IoVectorException">
    /// One of them is not, or no longer, reserved, or belongs to another heap; then none is
    /// committed.
    /// </exception>
    public int Commit(Span<IoVector> vectors)
    {
        RequireOwner();
        return HeapReservations.Commit(this, vectors);
    }

    /// <summary>Gives reserved vectors back and clears them.</summary>
    /// <param name="vectors">Reserved by this heap.</param>
    /// <exception cref="IoVectorException">As for <see cref="Commit"/>.</exception>
    public void Abandon(Span<IoVector> vectors)
    {
        RequireOwner();
        HeapReservations.Abandon(this, vectors);
    }

    /// <summary>
    /// Waits until a block has come back, if an allocation of that length would fail now. Then
    /// try again; somebody else may have been faster.
    /// </summary>
    /// <remarks>
    /// The task is completed by whoever releases. Code after an <c>await</c> runs where the
    /// awaiter says; if that is another thread, it has to call
    /// <see cref="BindToCurrentThread"/> before it uses the heap.
    /// </remarks>
    /// <param name="length">From 0 to <see cref="VectorLengthMax"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The heap is disposed, or will be during the wait.
    /// </exception>
    public Task WaitAsync(int length, CancellationToken cancellation = default)
    {
        if (TryAllocateOne(length, 0, IoVectorSharing.Local, out IoVector vector))
        {
            vector.Release();
            return Task.CompletedTask;
        }

        Task wait = _waiters.WaitAsync(cancellation);
        SetListAttention(1);

        // A full fence: the thread that pushes a block next sees the mark, or we see the block.
        Interlocked.Or(ref _attention, WaitersAttention);
        if (!Returns.IsEmpty)
            _waiters.Wake();
        return wait;
    }

    /// <summary>
    /// Takes blocks home that other threads have released. Call it when the thread has time: in
    /// a turn of its loop, or before it waits.
    /// </summary>
    /// <returns>How many came home.</returns>
    /// <exception cref="IoVectorException">
    /// The heap belongs to another thread, or two threads have raced to release one reference;
    /// everything else has come home then.
    /// </exception>
    public int Collect()
    {
        RequireOwner();
        return Drain();
    }

    /// <summary>
    /// Gives slabs back to the system that no vector uses, until no more than that many bytes are
    /// left.
    /// </summary>
    /// <param name="keepBytes">What may stay mapped although nobody uses it.</param>
    /// <returns>The bytes that were given back.</returns>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    public long Trim(long keepBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keepBytes);
        RequireOwner();
        Drain();
        return _slabs.Trim(keepBytes);
    }

    /// <summary>
    /// Makes sure that the next allocations find their memory mapped and resident: the first touch
    /// of a page costs more than a thousand allocations.
    /// </summary>
    /// <param name="length">The length of each vector.</param>
    /// <param name="count">How many there will be.</param>
    /// <returns>For how many there is memory; fewer at the limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is.</exception>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    public int Provision(int length, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var vectors = new IoVector[count];
        int filled = 0;
        while (filled < count && TryAllocateOne(length, 0, default, out vectors[filled]))
        {
            SlabMemory.Populate(vectors[filled].Data, (nuint)vectors[filled].Capacity);
            filled++;
        }

        // The other way round: the first of them is handed out first.
        for (int index = filled - 1; index >= 0; index--)
            vectors[index].Release();
        return filled;
    }

    /// <summary>
    /// Makes this thread the owner. The caller makes sure that the former one no longer uses the
    /// heap or its Local vectors, and that it happens before (by a lock, a task, a join).
    /// </summary>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void BindToCurrentThread()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _slabs.SetWindow(ThreadStack.Current);
    }

    /// <summary>Counts the blocks that somebody has a reference to; it looks at all of them.
    /// </summary>
    public int CountLive() => _slabs.CountLive();

    /// <summary>
    /// A line for each block that somebody has a reference to; with <see cref="IoVectorTrace"/>
    /// also where it was allocated. Empty if there is none.
    /// </summary>
    public string ReportLive() => _slabs.Report();

    /// <summary>
    /// Unmaps the slabs. If vectors are still held, it reports them and leaves their memory until
    /// the last one is released, on whatever thread that is. Harmless the second time.
    /// </summary>
    /// <remarks>
    /// It may run on any thread, as long as no other one is using the heap at that time.
    /// </remarks>
    public void Dispose()
    {
        string report = "";
        lock (_gate)
        {
            if (_isDisposed)
                return;

            _isDisposed = true;
            _formerOwner = _lists->Window;
            _ = Returns.Drain<NoInterleaving>(out _);
            if (_slabs.CountLive() > 0)
                report = _slabs.Report();
            _slabs.SetWindow(ThreadStack.NoWindow);
            SetListAttention(0);
            Interlocked.Or(ref _attention, OrphanAttention);
            Sweep();
        }

        _waiters.Close();
        if (report.Length > 0)
            _options.LeakFound?.Invoke(report);
    }

    /// <summary>The heap that a block belongs to. Only while somebody has a reference to it.
    /// </summary>
    internal static IoHeap Of(Block* block) =>
        Unsafe.As<IoHeap>(GCHandle.FromIntPtr(block->Home->Heap).Target!);

    internal bool IsOwnOf(Block* block) =>
        block->Home >= _lists && block->Home < _lists + SizeClasses.Count;

    /// <summary>The heap is disposed, and this thread was its owner.</summary>
    internal bool IsFormerOwner() => _isDisposed && ThreadStack.IsCurrent(_formerOwner);

    /// <summary>Called after a block has come back or was pushed, by any thread.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void AfterReturn()
    {
        int attention = Volatile.Read(ref _attention);
        if ((attention & WaitersAttention) != 0)
        {
            Interlocked.And(ref _attention, ~WaitersAttention);
            _waiters.Wake();
        }

        if ((attention & OrphanAttention) == 0)
            return;
        lock (_gate)
            Sweep();
    }

    internal void RequireOwner()
    {
        if (!ThreadStack.IsCurrent(_lists->Window))
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Misuse.ThrowHeapOfOtherThread();
        }
    }

    /// <summary>Makes the heap nobody's: all releases go over the return stack.</summary>
    internal void Unbind() => _slabs.SetWindow(ThreadStack.NoWindow);

    /// <summary>A free block, or null. Only for the owner.</summary>
    internal Block* TakeBlock(int classIndex)
    {
        BlockList* list = &_lists[classIndex];
        Block* block = BlockList.Pop(list);
        if (block == null && Drain() > 0)
            block = BlockList.Pop(list);
        if (block == null)
            block = _slabs.TakeUnused(list);
        if (block == null && _slabs.Trim(0) > 0)
            block = _slabs.TakeUnused(list);

        // Rather a block that is too large than none.
        for (int larger = classIndex + 1; block == null && larger < SizeClasses.Count; larger++)
            block = BlockList.Pop(&_lists[larger]);
        if (block == null && IoVectorTrace.IsEnabled)
            block = TraceRegistry.TakeQuarantined(list);
        return block;
    }

    /// <summary>Without looking at the thread: for those who have a lock of their own.</summary>
    internal bool TryAllocateUnowned(int length, IoVectorSharing sharing, out IoVector vector)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var request = new HeapRequest(this, sharing);
        return request.TryTake(length, out vector);
    }

    /// <summary>The same for <see cref="Trim"/>.</summary>
    internal long TrimUnowned(long keepBytes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Drain();
        return _slabs.Trim(keepBytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAllocateOne(
        int length, int alignment, IoVectorSharing sharing, out IoVector vector)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)length, (uint)VectorLengthMax, nameof(length));
        var request = new HeapRequest(this, alignment, sharing, isReserved: false);
        return request.TryTake(length, out vector);
    }

    private int Drain()
    {
        int count = Returns.Drain<NoInterleaving>(out Block* refused);
        if (_lists->Attention != 0 && _waiters.IsEmpty)
            SetListAttention(0);
        if (refused != null)
            Misuse.ThrowReturnedTwice(refused);
        return count;
    }

    private void SetListAttention(int value)
    {
        for (int index = 0; index < SizeClasses.Count; index++)
            _lists[index].Attention = value;
    }

    // After the end: whoever brings the last block home unmaps.
    private void Sweep()
    {
        _ = Returns.Drain<NoInterleaving>(out _);
        if (!_self.IsAllocated || _slabs.HasOutstanding())
            return;

        if (IoVectorTrace.IsEnabled)
            TraceRegistry.ForgetQuarantine(_lists, SizeClasses.Count);
        _slabs.FreeAll();
        _self.Free();
    }
}
