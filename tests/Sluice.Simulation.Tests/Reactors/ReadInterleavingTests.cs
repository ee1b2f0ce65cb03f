namespace Sluice.Simulation.Tests.Reactors;

/// <summary>Every order in which a peer, a reader and its cancellers can act.</summary>
public sealed class ReadInterleavingTests
{
    // The second arrival is copied to the room behind the first, or has a buffer of its own.
    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 0, 99)]
    [InlineData(2, 1, 99)]
    [InlineData(2, 99, 0)]
    [InlineData(5, 1, 0)]
    [InlineData(5, 3, 0)]
    [InlineData(5, 1, 99)]
    [InlineData(5, 99, 0)]
    [Trait("pitfall", "10")]
    [Trait("pitfall", "14")]
    public void ReadAsync_AnyOrderOfArrivalsAndCancellations_LosesNothing(
        int secondLength, int consumes, int examines)
    {
        foreach (string order in Orders("AACTRRRRR", 0))
        {
            using var interleaving =
                new ReadInterleaving([3, secondLength], consumes, examines);
            try
            {
                interleaving.Run(order);
            }
            catch (InvalidOperationException failure)
            {
                Assert.Fail($"{order}: {failure}");
            }
        }
    }

    // All different orders of the letters from the start on.
    private static IEnumerable<string> Orders(string letters, int start)
    {
        if (start == letters.Length)
        {
            yield return letters;
            yield break;
        }

        foreach (char first in letters[start..].Distinct())
        {
            int at = letters.IndexOf(first, start);
            string chosen = letters[..start] + first + letters[start..at] + letters[(at + 1)..];
            foreach (string order in Orders(chosen, start + 1))
                yield return order;
        }
    }
}
