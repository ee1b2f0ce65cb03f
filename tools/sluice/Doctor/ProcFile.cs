namespace Sluice.Tool.Doctor;

/// <summary>
/// Reads the small files under <c>/proc</c> and <c>/sys</c>. What is not there is null: sandboxes
/// hide any of them.
/// </summary>
internal static class ProcFile
{
    /// <summary>All of a file, without the line's end.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What follows a name at the beginning of a line.</summary>
    public static string? ReadField(string path, string name)
    {
        foreach (string line in (Read(path) ?? "").Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return line[name.Length..].Trim(' ', '\t', ':');
        }

        return null;
    }
}
