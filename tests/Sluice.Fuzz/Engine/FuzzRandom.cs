namespace Sluice.Fuzz.Engine;

/// <summary>Numbers that are the same for a seed on every machine (splitmix64).</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong mixed = _state += 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to below the bound, which is positive.</summary>
    public int Below(int bound) => (int)(Next() % (uint)bound);

    public bool OneIn(int count) => Below(count) == 0;

    public byte NextByte() => (byte)Next();

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        foreach (ref byte next in bytes.AsSpan())
            next = NextByte();
        return bytes;
    }

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];
}
