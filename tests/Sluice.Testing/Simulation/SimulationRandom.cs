namespace Sluice.Testing.Simulation;

/// <summary>
/// SplitMix64: small, fast, and the same on every machine and runtime, which
/// <see cref="Random"/> does not promise.
/// </summary>
/// <remarks>Source: Steele, Lea and Flood, "Fast splittable random number generators".</remarks>
internal sealed class SimulationRandom(ulong seed)
{
    private const double UnitOf53Bits = 1.0 / (1UL << 53);

    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, not including, the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>A number from the minimum to the maximum, both included.</summary>
    public int Between(int min, int max) => min + Below(max - min + 1);

    /// <summary>True with the probability given; no number is drawn for an impossibility.</summary>
    public bool Chance(double probability) =>
        probability > 0 && (Next() >> 11) * UnitOf53Bits < probability;

    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    public void Fill(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Next();
    }
}
