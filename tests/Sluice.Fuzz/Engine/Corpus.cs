namespace Sluice.Fuzz.Engine;

/// <summary>
/// The inputs that are kept from one time to the next, a file for each target: a line for each
/// input, in hexadecimal.
/// </summary>
internal static class Corpus
{
    public static string PathOf(FuzzTarget target) => Path.Combine(Root, target.Name + ".txt");

    private static string Root { get; } = Path.Combine(FindRoot(), "tests/Sluice.Fuzz/Corpus");

    public static IReadOnlyList<byte[]> Read(FuzzTarget target)
    {
        string path = PathOf(target);
        return File.Exists(path) ? [.. File.ReadLines(path).Select(Convert.FromHexString)] : [];
    }

    /// <summary>Writes them in an order of their own, so that a change is a small one.</summary>
    public static void Write(FuzzTarget target, IEnumerable<byte[]> inputs) =>
        File.WriteAllLines(
            PathOf(target),
            inputs.Select(Convert.ToHexStringLower)
                .Distinct()
                .OrderBy(static line => line.Length)
                .ThenBy(static line => line, StringComparer.Ordinal));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The repository was not found.");
    }
}
