namespace Sluice.Fuzz.Targets;

/// <summary>Takes choices from an input; where it has ended, they are zero.</summary>
internal ref struct InputReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool HasEnded => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty)
            return 0;

        byte next = _rest[0];
        _rest = _rest[1..];
        return next;
    }

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => Byte() % bound;

    public uint UInt32() =>
        Byte() | ((uint)Byte() << 8) | ((uint)Byte() << 16) | ((uint)Byte() << 24);

    public ulong UInt64() => UInt32() | ((ulong)UInt32() << 32);

    /// <summary>As many bytes as are there; the others are zero.</summary>
    public void Fill(scoped Span<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _rest.Length);
        _rest[..count].CopyTo(bytes);
        bytes[count..].Clear();
        _rest = _rest[count..];
    }

    /// <summary>At most so many bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int max)
    {
        ReadOnlySpan<byte> bytes = _rest[..Math.Min(max, _rest.Length)];
        _rest = _rest[bytes.Length..];
        return bytes;
    }

    public ReadOnlySpan<byte> Rest() => Bytes(int.MaxValue);
}
