namespace Sluice.Fuzz.Engine;

/// <summary>
/// What one run has reached: statements of the fuzzed code, and what the target says of the
/// outcome.
/// </summary>
internal sealed class Features
{
    private const long Outcome = 1L << 62;

    /// <summary>All that the run reached.</summary>
    public HashSet<long> Reached { get; } = [];

    /// <summary>An outcome that statements do not tell apart.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="value">Few different ones: each new one keeps an input.</param>
    public void Add(int kind, int value) =>
        Reached.Add(Outcome | ((long)kind << 32) | (uint)value);

    /// <summary>A count, by its magnitude.</summary>
    public void AddCount(int kind, int count) => Add(kind, int.Log2(Math.Max(count, 0) + 1));

    public void Clear() => Reached.Clear();
}
