using System.Diagnostics.CodeAnalysis;
using Sluice.Memory;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// The receive buffers of one reactor: a buffer ring that the kernel takes from, filled with
/// vectors of the reactor's heap.
/// </summary>
/// <remarks>
/// <code>
///   free (last in, first out) --Replenish--> ring --completion--> a connection's reader
///    |  ^                                                               |
///    |  +------ Give (reactor thread) / returned stack (others) --------+
///    +--------- Trim --> heap
/// </code>
/// <para>
/// The ring is kept only as deep as traffic has needed so far, and buffers that came back last
/// are given out first: a few warm buffers go round instead of the whole memory, and what was
/// never needed is never resident. When the kernel finds the ring empty, the depth doubles; at
/// the limit connections wait in line for buffers that come back.
/// </para>
/// <para>
/// Buffers whose number is below the limit are kept; others go back to the heap when they come
/// home. A lack raises the limit, <see cref="Trim"/> lowers it. So the buffers that are left after
/// a burst are those with the lowest numbers, which lie in few slabs, and the other slabs go.
/// </para>
/// </remarks>
internal sealed class ReceiveBuffers
{
    private readonly BufferRing _ring;
    private readonly IoHeap _heap;
    private readonly int _bufferSize;
    private readonly int _countMax;
    private readonly int _countKept;
    private readonly int _depthMin;
    private readonly List<ReceiveSegment> _all = [];
    private readonly Stack<ReceiveSegment> _free = new();
    private readonly Queue<IBufferWaiter> _waiters = new();
    private ReceiveSegment? _returned;
    private int _hasWaiters;
    private int _limit;
    private int _depth;
    private int _provided;
    private int _withMemory;
    private bool _isShort;
    private bool _hasReleased;
    private bool _hasComeHome;
    private bool _isClosed;

    // Since the last trim: the most buffers that were not free, and the most that one turn took.
    private int _usedMost;
    private int _takenMost;

    /// <param name="ring">Where the buffers are registered.</param>
    /// <param name="group">The number of the buffer ring.</param>
    /// <param name="heap">Where they come from; the calling thread's.</param>
    /// <param name="options">The sizes.</param>
    public ReceiveBuffers(Ring ring, ushort group, IoHeap heap, ReactorLoopOptions options)
    {
        _heap = heap;
        _bufferSize = options.ReceiveBufferSize;
        _countMax = options.ReceiveBuffersMax;
        _depthMin = _depth = Math.Min(options.ReceiveDepth, _countMax);
        _countKept = Math.Clamp(options.BytesKept / _bufferSize, _depthMin, _countMax);
        _ring = BufferRing.Create(ring, group, _countMax);
        Replenish();
    }

    public ushort Group => _ring.Group;

    public int BufferSize => _bufferSize;

    /// <summary>Buffers that the kernel can take from.</summary>
    public int Provided => _provided;

    /// <summary>
    /// Buffers that the kernel has and should give back: those beyond the ring's depth, and as
    /// many as lie above the limit. At most half at a time, so that connections find the rest.
    /// </summary>
    public int Superfluous => Math.Clamp(
        Math.Max(_provided - _depth, _withMemory - _limit - Held), 0, _provided / 2);

    /// <summary>Buffers that have memory.</summary>
    public int WithMemory => _withMemory;

    /// <summary>Buffers that there are objects for, with memory or without.</summary>
    public int Known => _all.Count;

    /// <summary>Buffers that readers hold.</summary>
    public int Held => _withMemory - _provided - _free.Count;

    /// <summary>Whether there may be more buffers than are always kept.</summary>
    public bool IsTrimmable => _limit > _countKept || _hasReleased;

    /// <summary>
    /// Whether connections wait that the next <see cref="Replenish"/> would let receive: the
    /// reactor must not wait then.
    /// </summary>
    public bool CanServe => _waiters.Count != 0
        && (_provided != 0 || _hasComeHome || Volatile.Read(ref _returned) is not null);

    /// <summary>The buffer of a completion; it is the caller's now.</summary>
    public ReceiveSegment Take(ushort id)
    {
        ReceiveSegment segment = _all[id];
        Invariant.Require(segment.IsProvided);
        segment.IsProvided = false;
        _provided--;
        return segment;
    }

    /// <summary>Takes a buffer back, on the reactor's thread.</summary>
    public void Give(ReceiveSegment segment)
    {
        Invariant.Require(segment.Owner == this);
        segment.Detach();
        Keep(segment);
    }

    /// <summary>Takes a buffer back on any other thread.</summary>
    /// <returns>Whether connections wait for it: the reactor must be woken.</returns>
    public bool GiveRemotely(ReceiveSegment segment)
    {
        Invariant.Require(segment.Owner == this);
        segment.Detach();
        ReceiveSegment? newest = Volatile.Read(ref _returned);
        while (true)
        {
            segment.NextReturned = newest;
            ReceiveSegment? seen = Interlocked.CompareExchange(ref _returned, segment, newest);
            if (ReferenceEquals(seen, newest))
                break;
            newest = seen;
        }

        // The exchange above is a full fence: either we see the mark, or the reactor, which sets
        // it before it looks at the stack again, sees the buffer. The same holds for the end. The
        // caller then wakes the reactor if it is parked; if it is about to be, it looks once more.
        if (Volatile.Read(ref _isClosed))
            ReleaseReturned();
        return Volatile.Read(ref _hasWaiters) != 0;
    }

    /// <summary>
    /// The kernel found no buffer for a connection: it receives again at once if the ring can
    /// grow or refill, else when its turn in the line comes.
    /// </summary>
    public void Wait(IBufferWaiter waiter)
    {
        _isShort = true;
        _waiters.Enqueue(waiter);
        Interlocked.Exchange(ref _hasWaiters, 1);
    }

    /// <summary>
    /// Once per turn: collects returned buffers, fills the ring, and lets as many connections
    /// receive again as it now has buffers.
    /// </summary>
    public void Replenish()
    {
        CollectReturned();
        _hasComeHome = false;
        _takenMost = Math.Max(_takenMost, _depth - _provided);
        if (_isShort)
            Deepen();
        while (_provided < _depth && TryTakeFree(out ReceiveSegment? segment))
        {
            segment.IsProvided = true;
            _ring.Add(segment.Address, (uint)_bufferSize, segment.Id);
            _provided++;
        }

        if (_ring.Staged != 0)
            _ring.Publish();
        _usedMost = Math.Max(_usedMost, _withMemory - _free.Count);
        if (_waiters.Count != 0)
            ServeWaiters();
    }

    /// <summary>
    /// Gives memory back that was not needed since the last call: at most half of the buffers,
    /// and none of those that are always kept.
    /// </summary>
    public void Trim()
    {
        if (_takenMost <= _depth / 4)
            _depth = Math.Max(_depth / 2, _depthMin);
        int lower = Math.Max(_limit / 2, _countKept);
        if (_usedMost <= lower && lower < _limit)
            LowerLimit(lower);
        _usedMost = _takenMost = 0;
        if (!_hasReleased)
            return;

        _hasReleased = false;
        ForgetEmpty();
        _ = _heap.Trim();
    }

    /// <summary>
    /// Takes the ring back from the kernel and closes it; then the memory goes back to the heap,
    /// except for what readers hold: each buffer of theirs goes when they give it back.
    /// </summary>
    public void Close(Ring ring)
    {
        _ring.Dispose();
        ring.Dispose();
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrier();
        ReleaseReturned();
        while (_free.TryPop(out ReceiveSegment? segment))
            segment.ReleaseMemory();
        foreach (ReceiveSegment segment in _all)
        {
            if (segment.IsProvided)
                segment.ReleaseMemory();
        }
    }

    private void ServeWaiters()
    {
        for (int ready = _provided; ready > 0 && _waiters.TryDequeue(out var waiter); ready--)
            waiter.OnBuffersAvailable();
        if (_waiters.Count == 0)
            Volatile.Write(ref _hasWaiters, 0);
    }

    // Once for all connections that found nothing in one turn.
    private void Deepen()
    {
        _isShort = false;
        _depth = Math.Min(_depth * 2, _countMax);
    }

    private void CollectReturned()
    {
        if (Volatile.Read(ref _returned) is null)
            return;

        ReceiveSegment? segment = Interlocked.Exchange(ref _returned, null);
        while (segment is not null)
        {
            ReceiveSegment? next = segment.NextReturned;
            segment.NextReturned = null;
            Keep(segment);
            segment = next;
        }
    }

    // After the end, on any thread: whoever takes the stack releases what is in it.
    private void ReleaseReturned()
    {
        ReceiveSegment? segment = Interlocked.Exchange(ref _returned, null);
        while (segment is not null)
        {
            ReceiveSegment? next = segment.NextReturned;
            segment.NextReturned = null;
            segment.ReleaseMemory();
            segment = next;
        }
    }

    private void Keep(ReceiveSegment segment)
    {
        _hasComeHome = true;
        if (segment.Id < _limit)
        {
            _free.Push(segment);
            return;
        }

        _withMemory--;
        _hasReleased = true;
        segment.ReleaseMemory();
    }

    private bool TryTakeFree([NotNullWhen(true)] out ReceiveSegment? segment) =>
        _free.TryPop(out segment) || TryRaiseLimit(out segment);

    // The next buffer without memory gets some. Those before it that have memory, from before the
    // limit was lowered, are in use and come home as any other now.
    private bool TryRaiseLimit([NotNullWhen(true)] out ReceiveSegment? segment)
    {
        while (_limit < _countMax)
        {
            if (_limit == _all.Count)
                _all.Add(new ReceiveSegment(this, (ushort)_limit));
            segment = _all[_limit];
            if (segment.HasMemory)
            {
                _limit++;
                continue;
            }

            if (!_heap.TryAllocate(_bufferSize, out IoVector vector, IoVectorSharing.Shared))
                break;

            segment.Attach(ref vector);
            _withMemory++;
            _limit++;
            return true;
        }

        segment = null;
        return false;
    }

    // After a burst the objects of buffers without memory would be a cost of each connection.
    private void ForgetEmpty()
    {
        int count = _all.Count;
        while (count > _limit && !_all[count - 1].HasMemory)
            count--;
        _all.RemoveRange(count, _all.Count - count);
    }

    private void LowerLimit(int limit)
    {
        _limit = limit;
        ReceiveSegment[] free = _free.ToArray();
        _free.Clear();

        // From the bottom, so that their order stays.
        for (int index = free.Length - 1; index >= 0; index--)
            Keep(free[index]);
    }
}
