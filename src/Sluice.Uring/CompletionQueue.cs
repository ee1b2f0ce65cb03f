using System.Runtime.CompilerServices;
using Sluice.Uring.Interop;
using static Sluice.Uring.Interop.IoUringConstants;

namespace Sluice.Uring;

/// <summary>
/// The completion side of a ring's shared memory. The kernel owns the tail, we own the head.
/// </summary>
/// <remarks>
/// Memory order: the tail is loaded with acquire, so that completions below it are whole; the
/// head is stored with release, so that the kernel does not overwrite what is still being read.
/// </remarks>
internal sealed unsafe class CompletionQueue
{
    private readonly uint* _head;
    private readonly uint* _tail;
    private readonly uint* _overflow;
    private readonly uint* _flags;
    private readonly Completion* _entries;
    private readonly uint _mask;
    private readonly uint _count;

    public CompletionQueue(in io_uring_params parameters, in RingMapping mapping)
    {
        byte* rings = (byte*)mapping.Rings;
        ref readonly io_cqring_offsets at = ref parameters.cq_off;
        _head = (uint*)(rings + at.head);
        _tail = (uint*)(rings + at.tail);
        _overflow = (uint*)(rings + at.overflow);
        _flags = (uint*)(rings + at.flags);
        _entries = (Completion*)(rings + at.cqes);
        _count = *(uint*)(rings + at.ring_entries);
        _mask = *(uint*)(rings + at.ring_mask);
    }

    /// <summary>The queue's size in entries.</summary>
    public uint Count => _count;

    /// <summary>Completions that can be read now.</summary>
    public uint Ready => Volatile.Read(ref *_tail) - *_head;

    /// <summary>
    /// Completions lost for good (kernels without <see cref="RingFeatures.NoDrop"/>).
    /// </summary>
    public uint Overflow => Volatile.Read(ref *_overflow);

    /// <summary>Whether an eventfd is told of new completions.</summary>
    public bool EventsEnabled
    {
        get => (*_flags & IORING_CQ_EVENTFD_DISABLED) == 0;
        set => Volatile.Write(
            ref *_flags,
            value ? *_flags & ~IORING_CQ_EVENTFD_DISABLED : *_flags | IORING_CQ_EVENTFD_DISABLED);
    }

    /// <summary>
    /// The ready completions up to the end of the queue's memory; those after the wrap are there
    /// once these are consumed.
    /// </summary>
    public ReadOnlySpan<Completion> ReadyEntries
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            uint head = *_head;
            uint ready = Volatile.Read(ref *_tail) - head;
            uint index = head & _mask;
            return new(_entries + index, (int)Math.Min(ready, _count - index));
        }
    }

    public int Peek(Span<Completion> destination)
    {
        uint head = *_head;
        uint ready = Math.Min(Volatile.Read(ref *_tail) - head, (uint)destination.Length);
        for (uint i = 0; i < ready; i++)
            destination[(int)i] = _entries[(head + i) & _mask];
        return (int)ready;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(uint count) => Volatile.Write(ref *_head, *_head + count);
}
