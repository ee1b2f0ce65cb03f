namespace Sluice.Repository.Tests.Documents;

/// <summary>The fenced code blocks of a Markdown text.</summary>
internal static class CodeBlocks
{
    /// <summary>The contents of the blocks of one language, in order.</summary>
    public static string[] Of(string markdown, string language)
    {
        List<string> blocks = [];
        List<string>? current = null;
        foreach (string line in markdown.Split('\n'))
        {
            bool isFence = line.StartsWith("```", StringComparison.Ordinal);
            if (current is not null && isFence)
            {
                blocks.Add(string.Concat(current.Select(text => text + "\n")));
                current = null;
            }
            else if (current is not null)
            {
                current.Add(line);
            }
            else if (line == "```" + language)
            {
                current = [];
            }
        }

        return [.. blocks];
    }
}
