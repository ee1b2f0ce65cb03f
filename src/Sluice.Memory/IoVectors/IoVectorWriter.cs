using System.Buffers;

namespace Sluice.Memory;

/// <summary>
/// Writes into vectors of a heap, for all that writes to an <see cref="IBufferWriter{T}"/>. The
/// memory that is being written to is reserved; <see cref="Complete"/> hands out what was
/// written.
/// </summary>
/// <remarks>Used by the thread that owns the heap.</remarks>
public sealed class IoVectorWriter : IBufferWriter<byte>, IDisposable
{
    private const int LengthMin = 4096;

    private readonly IoHeap _heap;
    private readonly IoVectorSharing _sharing;
    private readonly IoVector[] _reserved = new IoVector[1];
    private IoVectorList _written = new();
    private int _used;

    /// <summary>Makes a writer that has reserved nothing yet.</summary>
    /// <param name="heap">Where the memory comes from.</param>
    /// <param name="sharing">Which threads may use what was written.</param>
    public IoVectorWriter(IoHeap heap, IoVectorSharing sharing = IoVectorSharing.Local)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
        _sharing = sharing;
    }

    /// <summary>The bytes written since the last <see cref="Complete"/>.</summary>
    public long Length => _written.Length + _used;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">More than was handed out.</exception>
    public void Advance(int count)
    {
        int room = _reserved[0].HasReference ? _reserved[0].Capacity - _used : 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)room, nameof(count));
        _used += count;
    }

    /// <inheritdoc/>
    /// <exception cref="IoHeapExhaustedException">The heap has no memory left.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _reserved[0].Memory[_used..];
    }

    /// <inheritdoc/>
    /// <exception cref="IoHeapExhaustedException">The heap has no memory left.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _reserved[0].Span[_used..];
    }

    /// <summary>What was written; the caller owns it. The writer starts anew.</summary>
    public IoVectorList Complete()
    {
        Commit();
        IoVectorList written = _written;
        _written = new IoVectorList();
        return written;
    }

    /// <summary>Gives everything back that was not completed.</summary>
    public void Dispose()
    {
        Abandon();
        _written.Dispose();
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, IoHeap.VectorLengthMax);
        int wanted = Math.Max(sizeHint, 1);
        if (_reserved[0].HasReference && _reserved[0].Capacity - _used >= wanted)
            return;

        Commit();
        if (_heap.Reserve(Math.Max(wanted, LengthMin), 0, _reserved, _sharing) == 0)
            throw new IoHeapExhaustedException($"The heap has no {wanted} bytes left.");
        _reserved[0].SetLength(_reserved[0].Capacity);
    }

    private void Commit()
    {
        if (_used == 0)
        {
            Abandon();
            return;
        }

        _reserved[0].SetLength(_used);
        _ = _heap.Commit(_reserved);
        _used = 0;
        _written.Append(ref _reserved[0]);
    }

    private void Abandon()
    {
        if (_reserved[0].HasReference)
            _heap.Abandon(_reserved);
        _used = 0;
    }
}
