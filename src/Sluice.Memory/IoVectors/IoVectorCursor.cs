using System.Buffers.Binary;

namespace Sluice.Memory;

/// <summary>
/// A place in an <see cref="IoVectorList"/> that reads go on from. It holds no references, and
/// changing the list makes it useless.
/// </summary>
public ref struct IoVectorCursor
{
    private readonly ReadOnlySpan<IoVector> _vectors;
    private int _index;
    private int _offset;

    /// <summary>Starts at the front of the list.</summary>
    /// <param name="list">Must not change meanwhile.</param>
    public IoVectorCursor(IoVectorList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        _vectors = list.Vectors;
        Remaining = list.Length;
    }

    /// <summary>The bytes from here to the end.</summary>
    public long Remaining { get; private set; }

    /// <summary>The bytes that lie here in one piece; empty only at the end.</summary>
    /// <exception cref="IoVectorException">The vector is stale.</exception>
    public ReadOnlySpan<byte> Current
    {
        get
        {
            SkipEmpty();
            return Remaining == 0 ? default : _vectors[_index].Span[_offset..];
        }
    }

    /// <summary>Goes on.</summary>
    /// <param name="length">At most <see cref="Remaining"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many bytes.</exception>
    public void Advance(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Remaining);
        Remaining -= length;
        while (length > 0)
        {
            int here = _vectors[_index].Length - _offset;
            if (length < here)
            {
                _offset += (int)length;
                return;
            }

            length -= here;
            _index++;
            _offset = 0;
        }
    }

    /// <summary>Copies bytes out and goes on behind them.</summary>
    /// <param name="destination">Is filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many bytes.</exception>
    /// <exception cref="IoVectorException">A vector is stale.</exception>
    public void Read(scoped Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Remaining);
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> here = Current;
            int count = Math.Min(here.Length, destination.Length);
            here[..count].CopyTo(destination);
            destination = destination[count..];
            Advance(count);
        }
    }

    /// <summary>Reads a number in network order; false if there are fewer than four bytes.
    /// </summary>
    /// <param name="value">The number.</param>
    /// <exception cref="IoVectorException">A vector is stale.</exception>
    public bool TryReadInt32BigEndian(out int value)
    {
        value = 0;
        if (Remaining < sizeof(int))
            return false;

        Span<byte> bytes = stackalloc byte[sizeof(int)];
        Read(bytes);
        value = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return true;
    }

    private void SkipEmpty()
    {
        while (_index < _vectors.Length && _vectors[_index].Length == _offset)
        {
            _index++;
            _offset = 0;
        }
    }
}
