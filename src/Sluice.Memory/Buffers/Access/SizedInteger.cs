namespace Sluice.Memory;

/// <summary>Integers of one to eight bytes.</summary>
internal static class SizedInteger
{
    private const int ByteCountMax = sizeof(ulong);

    public static void RequireByteCount(int byteCount)
    {
        if (byteCount is < 1 or > ByteCountMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(byteCount), byteCount, "An integer has one to eight bytes.");
        }
    }

    public static void RequireFit(ulong value, int byteCount)
    {
        RequireByteCount(byteCount);
        if (byteCount < ByteCountMax && value >> (8 * byteCount) != 0)
            DoesNotFit(value, byteCount);
    }

    public static void RequireFit(long value, int byteCount)
    {
        RequireByteCount(byteCount);
        if (Extend((ulong)value, byteCount) != value)
            DoesNotFit(value, byteCount);
    }

    /// <summary>The signed number that the low bytes are.</summary>
    public static long Extend(ulong value, int byteCount)
    {
        int unused = 8 * (ByteCountMax - byteCount);
        return (long)(value << unused) >> unused;
    }

    public static ulong Decode(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (byte part in bytes)
            value = value << 8 | part;
        return value;
    }

    public static ulong DecodeLittleEndian(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    public static void Encode(Span<byte> bytes, ulong value)
    {
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)value;
            value >>= 8;
        }
    }

    public static void EncodeLittleEndian(Span<byte> bytes, ulong value)
    {
        foreach (ref byte part in bytes)
        {
            part = (byte)value;
            value >>= 8;
        }
    }

    private static void DoesNotFit(object value, int byteCount) =>
        throw new ArgumentOutOfRangeException(
            nameof(value), value, $"The number does not fit {byteCount} bytes.");
}
