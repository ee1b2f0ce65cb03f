using System.Text.RegularExpressions;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>Relative links of Markdown files lead somewhere.</summary>
internal static partial class LinkRules
{
    /// <summary>Yields the links that lead to no file or folder of the repository.</summary>
    public static IEnumerable<string> RelativeLinksExist(
        TidyFile file, IReadOnlyCollection<string> paths)
    {
        if (!file.Path.EndsWith(".md", StringComparison.Ordinal))
            yield break;

        foreach ((int number, string line) in TextRules.Numbered(file))
        {
            foreach (Match match in Link().Matches(line))
            {
                string target = match.Groups["target"].Value;
                if (!HasScheme().IsMatch(target) && !Exists(Resolve(file.Path, target), paths))
                    yield return $"{number}: the link to {target} leads nowhere";
            }
        }
    }

    private static bool Exists(string target, IReadOnlyCollection<string> paths) =>
        target.Length == 0
        || paths.Any(path =>
            path == target || path.StartsWith(target + "/", StringComparison.Ordinal));

    private static string Resolve(string from, string target)
    {
        string folder = Path.GetDirectoryName(from) ?? "";
        string full = Path.GetFullPath(Path.Combine("/", folder, target));
        return full.Trim('/');
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^[a-z]+:")]
    private static partial Regex HasScheme();
}
