using Sluice.Uring;
using Sluice.Uring.Interop;

namespace Sluice.Reactors;

/// <summary>
/// Message headers for sends of several segments. The kernel copies a header when it consumes
/// the submission (<c>IORING_FEAT_SUBMIT_STABLE</c>), so all of them are free again after a
/// submit that left nothing pending.
/// </summary>
/// <remarks>
/// Soundness: the memory is this object's until <see cref="Dispose"/>, which the reactor calls
/// after its ring is closed.
/// </remarks>
internal sealed unsafe class SendScratch : IDisposable
{
    /// <summary>The most segments of one send.</summary>
    public const int SegmentsMax = 16;

    private static readonly int EntrySize =
        sizeof(MessageHeader) + (SegmentsMax * sizeof(BufferSegment));

    private readonly int _count;
    private byte* _memory;
    private int _used;

    public SendScratch(int count)
    {
        _count = count;
        _memory = (byte*)PageMemory.Allocate((nuint)(count * EntrySize));
    }

    public bool IsFull => _used == _count;

    public MessageHeader* Take(ReadOnlySpan<BufferSegment> segments)
    {
        Invariant.Require(!IsFull);
        byte* entry = _memory + (_used++ * EntrySize);
        var header = (MessageHeader*)entry;
        var copy = (BufferSegment*)(entry + sizeof(MessageHeader));
        segments.CopyTo(new Span<BufferSegment>(copy, SegmentsMax));
        *header = new MessageHeader
        {
            Segments = (nint)copy,
            SegmentCount = (nuint)segments.Length,
        };
        return header;
    }

    public void Reset() => _used = 0;

    public void Dispose()
    {
        if (_memory == null)
            return;

        PageMemory.Free((nint)_memory, (nuint)(_count * EntrySize));
        _memory = null;
    }
}
