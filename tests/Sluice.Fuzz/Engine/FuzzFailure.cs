namespace Sluice.Fuzz.Engine;

/// <summary>The code and the oracle say different things.</summary>
internal sealed class FuzzFailure(string rule, string detail) : Exception($"{rule}: {detail}")
{
    /// <summary>What must be true; a smaller input that breaks the same is the same finding.
    /// </summary>
    public string Rule => rule;

    /// <summary>Fails unless it is true.</summary>
    public static void Unless(bool isTrue, string rule, string detail = "")
    {
        if (!isTrue)
            throw new FuzzFailure(rule, detail);
    }

    /// <summary>Fails unless both are the same.</summary>
    public static void UnlessSame<T>(T expected, T actual, string rule)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new FuzzFailure(rule, $"expected {expected}, it is {actual}");
    }

    /// <summary>Fails unless both have the same elements.</summary>
    public static void UnlessSame<T>(
        ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string rule)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FuzzFailure(
                rule,
                $"expected {string.Join(' ', expected.ToArray())}, "
                + $"it is {string.Join(' ', actual.ToArray())}");
        }
    }
}
