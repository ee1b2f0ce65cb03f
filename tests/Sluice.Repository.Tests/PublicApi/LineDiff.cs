namespace Sluice.Repository.Tests.PublicApi;

/// <summary>What two texts have not in common, with the type that each line belongs to.</summary>
internal static class LineDiff
{
    /// <summary>Empty if the texts are equal; "-" is in the old one only, "+" in the new.</summary>
    public static string Between(string before, string after)
    {
        string[] old = before.Split('\n');
        string[] now = after.Split('\n');
        int[,] common = CommonLengths(old, now);
        List<string> lines = [];
        string head = "";
        int i = 0, j = 0;
        while (i < old.Length || j < now.Length)
        {
            bool isKept = i < old.Length && j < now.Length && old[i] == now[j];
            bool isRemoved = !isKept
                && (j == now.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]));
            string line = isRemoved || isKept ? old[i] : now[j];
            if (isKept && line.Length > 0 && line[0] != ' ')
                head = line;
            if (!isKept)
            {
                if (line.StartsWith(' ') && head.Length > 0)
                    lines.Add("  " + head);
                head = "";
                lines.Add((isRemoved ? "- " : "+ ") + line);
            }

            i += isKept || isRemoved ? 1 : 0;
            j += isKept || !isRemoved ? 1 : 0;
        }

        return string.Join('\n', lines);
    }

    /// <summary>The longest common subsequence of the rests from (i, j) on.</summary>
    private static int[,] CommonLengths(string[] old, string[] now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
