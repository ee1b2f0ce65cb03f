namespace Sluice.Fuzz.Engine;

/// <summary>Makes inputs smaller that keep a property.</summary>
internal static class Minimizer
{
    private const int TriesMax = 20_000;

    /// <summary>A small input that shows the same defect.</summary>
    public static FuzzFinding Minimize(FuzzFinding finding, Fuzzer fuzzer)
    {
        byte[] small = Shrink(
            finding.Input, input => finding.IsSame(fuzzer.Execute(input)));
        return finding with { Input = small, Failure = fuzzer.Execute(small)! };
    }

    /// <summary>
    /// Inputs that reach together what all of them reach: the shortest ones first, each made
    /// smaller.
    /// </summary>
    public static IReadOnlyList<byte[]> Cover(IEnumerable<byte[]> inputs, Fuzzer fuzzer)
    {
        var reached = new HashSet<long>();
        var cover = new List<byte[]>();
        foreach (byte[] input in inputs.OrderBy(static input => input.Length))
        {
            HashSet<long> gain = [.. fuzzer.Reach(input)];
            gain.ExceptWith(reached);
            if (gain.Count == 0)
                continue;

            byte[] small = Shrink(input, candidate => gain.IsSubsetOf(fuzzer.Reach(candidate)));
            cover.Add(small);
            reached.UnionWith(fuzzer.Reach(small));
        }

        return cover;
    }

    private static byte[] Shrink(byte[] input, Func<byte[], bool> keeps)
    {
        int tries = 0;
        for (int piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (int at = 0; at < input.Length && tries++ < TriesMax;)
            {
                byte[] shorter = [.. input[..at], .. input.Skip(at + piece)];
                if (keeps(shorter))
                    input = shorter;
                else
                    at += piece;
            }
        }

        for (int at = 0; at < input.Length && tries++ < TriesMax; at++)
        {
            byte[] simpler = [.. input];
            simpler[at] = 0;
            if (input[at] != 0 && keeps(simpler))
                input = simpler;
        }

        return input;
    }
}
