using System.Net;
using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Sluice.Site.Pages;

/// <summary>
/// What stands at the side of each page: the headings of the index and the first link of each item
/// under them.
/// </summary>
internal sealed class Navigation
{
    private readonly List<(string Heading, List<(string Text, string Source)> Items)> _parts = [];

    /// <summary>Reads the index, before its links are those of the site.</summary>
    public static Navigation Read(MarkdownSources sources, string index)
    {
        var navigation = new Navigation();
        foreach (Block block in sources[index])
        {
            if (block is HeadingBlock { Level: 2 } heading)
                navigation._parts.Add((MarkdownSources.TextOf(heading.Inline), []));
            else if (block is ListBlock list && navigation._parts.Count != 0)
            {
                navigation._parts[^1].Items.AddRange(list.SelectMany(item => Item(item, index))
                    .Where(item => sources.Contains(item.Source)));
            }
        }

        return navigation;
    }

    public bool Contains(string source) =>
        _parts.Exists(part => part.Items.Exists(item => item.Source == source));

    /// <summary>The navigation as seen from one page.</summary>
    public string Render(Page page)
    {
        var html = new StringBuilder();
        Append(html, page, "Overview", "index.html");
        Append(html, page, "Documentation", "docs/index.html");
        Append(html, page, "API", "api/index.html");
        Append(html, page, "Changelog", "CHANGELOG.html");
        foreach ((string heading, List<(string Text, string Source)> items) in _parts)
        {
            html.Append($"<h2>{WebUtility.HtmlEncode(heading)}</h2>\n");
            foreach ((string text, string source) in items)
                Append(html, page, text, SitePath.OutputOf(source));
        }

        return html.ToString();
    }

    private static IEnumerable<(string Text, string Source)> Item(Block item, string index)
    {
        LinkInline? link = item.Descendants<LinkInline>().FirstOrDefault();
        if (link?.Url is { } url && SitePath.Resolve(index, url.Split('#')[0]) is { } source)
            yield return (MarkdownSources.TextOf(link), source);
    }

    private static void Append(StringBuilder html, Page page, string text, string output)
    {
        string current = page.Output == output ? " aria-current=\"page\"" : "";
        html.Append($"<a href=\"{SitePath.Relative(page.Output, output)}\"{current}>")
            .Append($"{WebUtility.HtmlEncode(text)}</a>\n");
    }
}
