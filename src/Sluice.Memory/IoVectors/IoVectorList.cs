using System.Buffers;

namespace Sluice.Memory;

/// <summary>
/// Bytes in several vectors, as a queue: appended at the end, consumed at the front, by reference
/// and without a copy. It owns the references that it was given.
/// </summary>
/// <remarks>
/// Not safe for use by several threads at a time; what the threads may do with the vectors is the
/// vectors' matter. Growing allocates, all else does not, except <see cref="Slice"/> and
/// <see cref="ToSequence"/>.
/// </remarks>
public sealed class IoVectorList : IDisposable
{
    private IoVector[] _vectors;
    private int _first;
    private int _count;

    /// <summary>Makes an empty list.</summary>
    /// <param name="capacity">For how many vectors there is room before it has to grow.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public IoVectorList(int capacity = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _vectors = new IoVector[Math.Max(capacity, 1)];
    }

    /// <summary>The bytes that were appended and not consumed.</summary>
    public long Length { get; private set; }

    /// <summary>How many vectors they lie in.</summary>
    public int Count => _count;

    /// <summary>
    /// The vectors, for a system call, a sequence or a look. They stay the list's; the span is
    /// valid until the list changes.
    /// </summary>
    public ReadOnlySpan<IoVector> Vectors => _vectors.AsSpan(_first, _count);

    /// <summary>
    /// Takes over a reference. If its bytes follow those of the last vector in the same block, the
    /// two become one, and one reference is released.
    /// </summary>
    /// <param name="vector">Moved into the list: the variable is cleared.</param>
    /// <exception cref="IoVectorException">The vector is stale; nothing was changed.</exception>
    public void Append(ref IoVector vector)
    {
        int length = vector.Length;
        if (_count > 0 && _vectors[_first + _count - 1].TryJoin(ref vector))
        {
            Length += length;
            return;
        }

        IoVector moved = vector.Move();
        if (_first + _count == _vectors.Length)
            MakeRoom();
        _vectors[_first + _count++] = moved;
        Length += length;
    }

    /// <summary>Gives up bytes at the front, and with the last byte of a vector its reference.
    /// </summary>
    /// <param name="length">At most <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many.</exception>
    public void Consume(long length)
    {
        RequirePart(0, length);
        while (length > 0 || (_count > 0 && _vectors[_first].Length == 0))
        {
            ref IoVector vector = ref _vectors[_first];
            if (vector.Length > length)
            {
                vector = vector.MoveSegment((int)length, vector.Length - (int)length);
                Length -= length;
                return;
            }

            length -= vector.Length;
            Length -= vector.Length;
            vector.Release();
            _count--;
            _first = _count == 0 ? 0 : _first + 1;
        }
    }

    /// <summary>
    /// The next bytes in one piece: in place if they lie in one vector, else copied.
    /// </summary>
    /// <param name="scratch">Where to copy them if need be; its length is what is wanted.</param>
    /// <param name="bytes">The bytes, valid until the list changes.</param>
    /// <returns>False if there are fewer.</returns>
    /// <exception cref="IoVectorException">A vector is stale.</exception>
    public bool TryPeek(Span<byte> scratch, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (scratch.Length > Length)
            return false;
        if (scratch.IsEmpty)
            return true;

        Span<byte> front = _vectors[_first].Span;
        if (front.Length >= scratch.Length)
        {
            bytes = front[..scratch.Length];
            return true;
        }

        CopyTo(0, scratch);
        bytes = scratch;
        return true;
    }

    /// <summary>Copies bytes out; they stay in the list.</summary>
    /// <param name="offset">From the front of the list.</param>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many bytes.</exception>
    /// <exception cref="IoVectorException">A vector is stale.</exception>
    public void CopyTo(long offset, Span<byte> destination)
    {
        RequirePart(offset, destination.Length);
        var cursor = new IoVectorCursor(this);
        cursor.Advance(offset);
        cursor.Read(destination);
    }

    /// <summary>Copies bytes in, into new vectors of a heap.</summary>
    /// <param name="heap">Owned by this thread.</param>
    /// <param name="bytes">What is appended.</param>
    /// <param name="sharing">Of the new vectors.</param>
    /// <returns>False if the heap is exhausted; then nothing was appended.</returns>
    /// <exception cref="IoVectorException">The heap belongs to another thread.</exception>
    public bool TryAppendCopy(
        IoHeap heap,
        ReadOnlySpan<byte> bytes,
        IoVectorSharing sharing = IoVectorSharing.Local)
    {
        ArgumentNullException.ThrowIfNull(heap);
        if (bytes.IsEmpty)
            return true;

        int count = (bytes.Length + IoHeap.VectorLengthMax - 1) / IoHeap.VectorLengthMax;
        var vectors = new IoVector[count];
        if (heap.Allocate(bytes.Length, 0, vectors, sharing) == 0)
            return false;

        foreach (ref IoVector vector in vectors.AsSpan())
        {
            bytes[..vector.Length].CopyTo(vector.Span);
            bytes = bytes[vector.Length..];
            Append(ref vector);
        }

        return true;
    }

    /// <summary>A part of the bytes, by reference: clones of segments in a list of its own.
    /// </summary>
    /// <param name="offset">From the front of the list.</param>
    /// <param name="length">The bytes of the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not a part.</exception>
    /// <exception cref="IoVectorException">A vector is stale, or used by the wrong thread.
    /// </exception>
    public IoVectorList Slice(long offset, long length)
    {
        RequirePart(offset, length);
        var part = new IoVectorList(_count);
        foreach (ref readonly IoVector vector in Vectors)
        {
            int skipped = (int)Math.Min(offset, vector.Length);
            int taken = (int)Math.Min(length, vector.Length - skipped);
            offset -= skipped;
            length -= taken;
            if (taken == 0)
                continue;

            IoVector clone = vector.CloneSegment(skipped, taken);
            part.Append(ref clone);
        }

        return part;
    }

    /// <summary>The bytes as one sequence, valid until the list changes.</summary>
    /// <exception cref="IoVectorException">A vector is stale.</exception>
    public ReadOnlySequence<byte> ToSequence() => Vectors.ToSequence();

    /// <summary>Releases everything. The list can be used again.</summary>
    public void Clear()
    {
        IoVector.ReleaseAll(_vectors.AsSpan(_first, _count));
        _first = _count = 0;
        Length = 0;
    }

    /// <summary>As <see cref="Clear"/>.</summary>
    public void Dispose() => Clear();

    private void RequirePart(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
    }

    private void MakeRoom()
    {
        bool isHalfEmpty = _first >= _vectors.Length / 2 && _first > 0;
        IoVector[] target = isHalfEmpty ? _vectors : new IoVector[_vectors.Length * 2];
        Array.Copy(_vectors, _first, target, 0, _count);
        _vectors = target;
        _first = 0;
    }
}
