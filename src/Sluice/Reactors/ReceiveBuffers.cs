using System.Diagnostics.CodeAnalysis;
using Sluice.Uring;

namespace Sluice.Reactors;

/// <summary>
/// The receive buffers of one reactor: a buffer ring that the kernel takes from, and the slabs
/// behind it.
/// </summary>
/// <remarks>
/// <code>
///   free (last in, first out) --Replenish--> ring --completion--> a connection's reader
///            ^                                                          |
///            +---- Give (reactor thread) / returned stack (others) -----+
/// </code>
/// The ring is kept only as deep as traffic has needed so far, and buffers that came back last
/// are given out first: a few warm buffers go round instead of the whole memory, and what was
/// never needed is never resident. When the kernel finds the ring empty, the depth doubles; at
/// the limit connections wait in line for buffers that come back.
/// </remarks>
internal sealed class ReceiveBuffers
{
    private const int InitialDepth = 64;
    private const int SlabBuffers = 64;

    private readonly BufferRing _ring;
    private readonly int _bufferSize;
    private readonly int _countMax;
    private readonly List<NativeSlab> _slabs = [];
    private readonly List<ReceiveSegment> _all = [];
    private readonly Stack<ReceiveSegment> _free = new();
    private readonly Queue<IBufferWaiter> _waiters = new();
    private readonly Lock _closing = new();
    private ReceiveSegment? _returned;
    private int _hasWaiters;
    private int _depth;
    private int _provided;
    private bool _isClosed;

    public ReceiveBuffers(Ring ring, ushort group, int bufferSize, int countMax)
    {
        _ring = BufferRing.Create(ring, group, countMax);
        _bufferSize = bufferSize;
        _countMax = countMax;
        _depth = Math.Min(InitialDepth, countMax);
        Replenish();
    }

    public ushort Group => _ring.Group;

    public int BufferSize => _bufferSize;

    /// <summary>Buffers that the kernel can take from.</summary>
    public int Provided => _provided;

    /// <summary>Buffers that readers hold.</summary>
    public int Held => _all.Count - _provided - _free.Count;

    /// <summary>The buffer of a completion; it is the caller's now.</summary>
    public ReceiveSegment Take(ushort id)
    {
        _provided--;
        return _all[id];
    }

    /// <summary>Takes a buffer back, on the reactor's thread.</summary>
    public void Give(ReceiveSegment segment)
    {
        Invariant.Require(segment.Owner == this);
        segment.Detach();
        _free.Push(segment);
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
        // it before it looks at the stack again, sees the buffer. The same holds for the end.
        if (Volatile.Read(ref _isClosed))
            FreeIfHome();
        return Volatile.Read(ref _hasWaiters) != 0;
    }

    /// <summary>
    /// The kernel found no buffer for a connection: it receives again at once if the ring can
    /// grow or refill, else when its turn in the line comes.
    /// </summary>
    public void Wait(IBufferWaiter waiter)
    {
        _depth = Math.Min(_depth * 2, _countMax);
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
        while (_provided < _depth && TryTakeFree(out ReceiveSegment? segment))
        {
            _ring.Add(segment.Address, (uint)_bufferSize, segment.Id);
            _provided++;
        }

        if (_ring.Staged != 0)
            _ring.Publish();
        if (_waiters.Count != 0)
            ServeWaiters();
    }

    /// <summary>
    /// Takes the ring back from the kernel and closes it; then the memory goes, or, while readers
    /// still hold some of it, as soon as the last of them gives it back.
    /// </summary>
    public void Close(Ring ring)
    {
        _ring.Dispose();
        ring.Dispose();
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrier();
        FreeIfHome();
    }

    private void FreeIfHome()
    {
        lock (_closing)
        {
            CollectReturned();
            if (Held != 0)
                return;

            foreach (NativeSlab slab in _slabs)
                slab.Free();
            _slabs.Clear();
        }
    }

    private void ServeWaiters()
    {
        for (int ready = _provided; ready > 0 && _waiters.TryDequeue(out var waiter); ready--)
            waiter.OnBuffersAvailable();
        if (_waiters.Count == 0)
            Volatile.Write(ref _hasWaiters, 0);
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
            _free.Push(segment);
            segment = next;
        }
    }

    private bool TryTakeFree([NotNullWhen(true)] out ReceiveSegment? segment)
    {
        if (_free.TryPop(out segment))
            return true;
        if (_all.Count == _countMax)
            return false;

        Grow();
        segment = _free.Pop();
        return true;
    }

    private void Grow()
    {
        int count = Math.Min(SlabBuffers, _countMax - _all.Count);
        var slab = new NativeSlab(count * _bufferSize);
        _slabs.Add(slab);
        int first = _all.Count;
        for (int i = 0; i < count; i++)
        {
            int offset = i * _bufferSize;
            _all.Add(new ReceiveSegment(
                this,
                (ushort)(first + i),
                slab.Address + offset,
                slab.Memory.Slice(offset, _bufferSize)));
        }

        for (int i = _all.Count - 1; i >= first; i--)
            _free.Push(_all[i]);
    }
}
