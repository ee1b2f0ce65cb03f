namespace Sluice.Site.Pages;

/// <summary>Paths with slashes, relative to the root of the repository or of the site.</summary>
internal static class SitePath
{
    /// <summary>Where a Markdown file ends up: README.md is the index of its folder.</summary>
    public static string OutputOf(string source) =>
        Path.GetFileName(source) == "README.md"
            ? source[..^"README.md".Length] + "index.html"
            : Path.ChangeExtension(source, ".html");

    /// <summary>Follows a relative link; null if it leads out of the root.</summary>
    public static string? Resolve(string from, string link)
    {
        const string Root = "/root";
        string folder = Path.GetDirectoryName(from) ?? "";
        string full = Path.GetFullPath(Path.Combine(Root, folder, link)).TrimEnd('/');
        return full == Root ? ""
            : full.StartsWith(Root + "/", StringComparison.Ordinal) ? full[(Root.Length + 1)..]
            : null;
    }

    /// <summary>The link from one page to another file.</summary>
    public static string Relative(string from, string to)
    {
        string folder = Path.GetDirectoryName(from) ?? "";
        return Path.GetRelativePath("/" + folder, "/" + to);
    }

    /// <summary>Whether a link leaves the site.</summary>
    public static bool IsExternal(string link) =>
        link.Contains("://", StringComparison.Ordinal)
        || link.StartsWith("mailto:", StringComparison.Ordinal);
}
