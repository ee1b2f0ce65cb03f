using System.Runtime.CompilerServices;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// The submission side of a ring's shared memory. We own the tail, the kernel owns the head.
/// </summary>
/// <remarks>
/// <code>
///   entries:   ... consumed | submitted, not consumed | prepared, not published | free ...
///                           ^ *_head (kernel)         ^ *_tail                  ^ _prepared
/// </code>
/// Memory order: the tail is stored with release, so that a polling kernel thread sees whole
/// entries; the head is loaded with acquire, so that an entry is not rewritten before the kernel
/// has read it. After a partial submit the unconsumed entries stay where they are and count as
/// taken.
/// </remarks>
internal sealed unsafe class SubmissionQueue
{
    private readonly uint* _head;
    private readonly uint* _tail;
    private readonly uint* _flags;
    private readonly uint* _dropped;
    private readonly io_uring_sqe* _entries;
    private readonly uint _mask;
    private readonly uint _count;
    private uint _prepared;

    public SubmissionQueue(in io_uring_params parameters, in RingMapping mapping)
    {
        byte* rings = (byte*)mapping.Rings;
        ref readonly io_sqring_offsets at = ref parameters.sq_off;
        _head = (uint*)(rings + at.head);
        _tail = (uint*)(rings + at.tail);
        _flags = (uint*)(rings + at.flags);
        _dropped = (uint*)(rings + at.dropped);
        _entries = (io_uring_sqe*)mapping.Entries;
        _count = *(uint*)(rings + at.ring_entries);
        _mask = *(uint*)(rings + at.ring_mask);
        _prepared = *_tail;

        // Without NO_SQARRAY the kernel looks entries up through an index array; the identity
        // makes both layouts behave alike.
        if ((parameters.flags & (uint)RingSetupFlags.NoSqArray) == 0)
        {
            uint* array = (uint*)(rings + at.array);
            for (uint i = 0; i < _count; i++)
                array[i] = i;
        }
    }

    /// <summary>The queue's size in entries.</summary>
    public uint Count => _count;

    /// <summary>
    /// Entries that are prepared or submitted but not yet consumed by the kernel.
    /// </summary>
    public uint Pending => _prepared - Volatile.Read(ref *_head);

    /// <summary>Entries that can be taken now.</summary>
    public uint Free => _count - Pending;

    /// <summary>Malformed entries that the kernel skipped.</summary>
    public uint Dropped => Volatile.Read(ref *_dropped);

    public bool NeedsWakeUp => (Volatile.Read(ref *_flags) & IORING_SQ_NEED_WAKEUP) != 0;

    public bool HasKernelWork =>
        (Volatile.Read(ref *_flags) & (IORING_SQ_CQ_OVERFLOW | IORING_SQ_TASKRUN)) != 0;

    public bool HasOverflown => (Volatile.Read(ref *_flags) & IORING_SQ_CQ_OVERFLOW) != 0;

    /// <summary>Takes the next free entry, zeroed; null if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public io_uring_sqe* TryTake()
    {
        if (_prepared - Volatile.Read(ref *_head) >= _count)
            return null;

        io_uring_sqe* sqe = _entries + (_prepared & _mask);
        _prepared++;
        Unsafe.InitBlockUnaligned(sqe, 0, (uint)sizeof(io_uring_sqe));
        return sqe;
    }

    /// <summary>
    /// Makes prepared entries visible; the number that the kernel has to consume.
    /// </summary>
    public uint Publish()
    {
        Volatile.Write(ref *_tail, _prepared);
        return _prepared - Volatile.Read(ref *_head);
    }
}
