namespace Sluice.Memory.Tests.Buffers.Properties;

/// <summary>
/// What a buffer is, in the simplest way: bytes of an array, a position and a limit.
/// </summary>
internal sealed class BufferModel(byte[] memory, int origin, int capacity, BufferModel? root)
{
    private bool _isEnded;

    public int Position { get; set; }

    public int Limit { get; set; } = capacity;

    public int Capacity { get; } = capacity;

    public int Remaining => Limit - Position;

    public bool IsEnded => _isEnded || root is { _isEnded: true };

    public ReadOnlySpan<byte> Rest => Span(Position, Remaining);

    public void End() => _isEnded = true;

    public Span<byte> Span(int start, int count) => memory.AsSpan(origin + start, count);

    /// <summary>A slice; it ends with the root, unless slices keep the memory.</summary>
    public object Slice(int start, int length, bool keepsMemory) =>
        IsWithin(start, length)
            ? new BufferModel(memory, origin + start, length, keepsMemory ? null : root ?? this)
            : Failure.OutOfRange;

    public object ReadSlice(int length, bool keepsMemory)
    {
        if (length < 0)
            return Failure.OutOfRange;
        if (length > Remaining)
            return Failure.Underflow;

        object slice = Slice(Position, length, keepsMemory);
        Position += length;
        return slice;
    }

    public object? Set(int value, int max, Action<int> set)
    {
        if (value < 0 || value > max)
            return Failure.OutOfRange;

        set(value);
        return null;
    }

    public object? Reading(int count, Func<byte[], object?> decode)
    {
        if (count < 0)
            return Failure.OutOfRange;
        if (count > Remaining)
            return Failure.Underflow;

        byte[] bytes = Span(Position, count).ToArray();
        object? result = decode(bytes);
        if (result is not Failure)
            Position += count;
        return result;
    }

    public object? Writing(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Remaining)
            return Failure.Overflow;

        bytes.CopyTo(Span(Position, bytes.Length));
        Position += bytes.Length;
        return null;
    }

    public object? Getting(int index, int count, Func<byte[], object?> decode) =>
        IsWithin(index, count) ? decode(Span(index, count).ToArray()) : Failure.OutOfRange;

    public object? Setting(int index, ReadOnlySpan<byte> bytes)
    {
        if (!IsWithin(index, bytes.Length))
            return Failure.OutOfRange;

        bytes.CopyTo(Span(index, bytes.Length));
        return null;
    }

    public void Compact()
    {
        byte[] rest = Rest.ToArray();
        rest.CopyTo(Span(0, rest.Length));
        Position = rest.Length;
        Limit = Capacity;
    }

    public bool IsWithin(long start, long count) =>
        start >= 0 && count >= 0 && start + count <= Limit;
}
