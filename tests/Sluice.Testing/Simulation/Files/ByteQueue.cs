namespace Sluice.Testing.Simulation.Files;

/// <summary>A bounded queue of bytes: one direction of a connection.</summary>
internal sealed class ByteQueue(int capacity)
{
    private const int InitialSize = 256;

    private byte[] _bytes = new byte[Math.Min(InitialSize, capacity)];
    private int _head;

    public int Count { get; private set; }

    public int Free => capacity - Count;

    /// <summary>Takes in what fits.</summary>
    public int Write(ReadOnlySpan<byte> source)
    {
        int length = Math.Min(source.Length, Free);
        EnsureRoom(length);
        int tail = (_head + Count) % _bytes.Length;
        int first = Math.Min(length, _bytes.Length - tail);
        source[..first].CopyTo(_bytes.AsSpan(tail));
        source[first..length].CopyTo(_bytes);
        Count += length;
        return length;
    }

    /// <summary>Copies out what is there, without removing it.</summary>
    public int Peek(Span<byte> destination)
    {
        int length = Math.Min(destination.Length, Count);
        int first = Math.Min(length, _bytes.Length - _head);
        _bytes.AsSpan(_head, first).CopyTo(destination);
        _bytes.AsSpan(0, length - first).CopyTo(destination[first..]);
        return length;
    }

    public int Read(Span<byte> destination)
    {
        int length = Peek(destination);
        _head = (_head + length) % _bytes.Length;
        Count -= length;
        return length;
    }

    public void Clear() => Count = 0;

    private void EnsureRoom(int length)
    {
        if (Count + length <= _bytes.Length)
            return;

        int size = Math.Min(capacity, Math.Max(Count + length, _bytes.Length * 2));
        byte[] grown = new byte[size];
        _ = Peek(grown);
        _bytes = grown;
        _head = 0;
    }
}
