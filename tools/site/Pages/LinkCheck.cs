using System.Net;
using System.Text.RegularExpressions;

namespace Sluice.Site.Pages;

/// <summary>
/// Reads what was written and follows every link in it, anchors included. Links that leave the site
/// are not fetched.
/// </summary>
internal static partial class LinkCheck
{
    /// <summary>Yields a sentence for each link that leads nowhere.</summary>
    public static IEnumerable<string> Check(string output, IReadOnlyList<Page> pages)
    {
        Dictionary<string, HashSet<string>> anchors = pages.ToDictionary(
            page => page.Output,
            page => Id().Matches(page.Body)
                .Select(match => WebUtility.HtmlDecode(match.Groups["id"].Value))
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);

        foreach (Page page in pages)
        {
            string html = File.ReadAllText(Path.Combine(output, page.Output));
            foreach (string link in Link().Matches(html)
                .Select(match => WebUtility.HtmlDecode(match.Groups["link"].Value)))
            {
                if (!SitePath.IsExternal(link) && !Leads(output, page, link, anchors))
                    yield return $"{page.Source}: the link to {link} leads nowhere";
            }
        }
    }

    private static bool Leads(
        string output, Page page, string link, Dictionary<string, HashSet<string>> anchors)
    {
        string[] parts = link.Split('#', 2);
        string? target = parts[0].Length == 0
            ? page.Output
            : SitePath.Resolve(page.Output, parts[0]);
        if (target is null || !File.Exists(Path.Combine(output, target)))
            return false;

        return parts.Length == 1
            || (anchors.TryGetValue(target, out HashSet<string>? ids)
                && ids.Contains(Uri.UnescapeDataString(parts[1])));
    }

    [GeneratedRegex(@"\bid=""(?<id>[^""]*)""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\b(href|src)=""(?<link>[^""]*)""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Link();
}
