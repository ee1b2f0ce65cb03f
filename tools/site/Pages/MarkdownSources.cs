using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Sluice.Site.Pages;

/// <summary>
/// The Markdown files of the site: those that were asked for and all that they link to.
/// </summary>
internal sealed class MarkdownSources(string root, List<string> problems)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .UsePipeTables()
        .UseAutoLinks()
        .Build();

    private readonly SortedDictionary<string, MarkdownDocument> _documents =
        new(StringComparer.Ordinal);

    private readonly SortedSet<string> _assets = new(StringComparer.Ordinal);

    /// <summary>Other files of docs/ that pages refer to: pictures, profiles.</summary>
    public IEnumerable<string> Assets => _assets;

    public MarkdownDocument this[string path] => _documents[path];

    public bool Contains(string path) => _documents.ContainsKey(path);

    /// <summary>Reads files, and those that they link to.</summary>
    public void Add(IEnumerable<string> paths)
    {
        var waiting = new Queue<string>(paths);
        while (waiting.TryDequeue(out string? path))
        {
            if (_documents.ContainsKey(path) || !File.Exists(Path.Combine(root, path)))
                continue;

            MarkdownDocument document =
                Markdown.Parse(File.ReadAllText(Path.Combine(root, path)), Pipeline);
            _documents.Add(path, document);
            foreach ((string file, _) in Links(path, document).Select(link => link.Target))
            {
                if (file.EndsWith(".md", StringComparison.Ordinal))
                    waiting.Enqueue(file);
                else if (file.StartsWith("docs/", StringComparison.Ordinal))
                    AddAsset(file);
            }
        }
    }

    /// <summary>All pages, with links from page to page.</summary>
    public IEnumerable<Page> Render()
    {
        foreach ((string path, MarkdownDocument document) in _documents)
        {
            string output = SitePath.OutputOf(path);
            foreach ((LinkInline link, (string file, string anchor)) in
                Links(path, document).ToList())
            {
                Rewrite(path, output, link, file, anchor);
            }

            yield return new Page(path, output, TitleOf(document, path), ToHtml(document));
        }
    }

    /// <summary>The text of a heading or of a link.</summary>
    public static string TextOf(ContainerInline? inline) =>
        string.Concat((inline ?? []).Descendants().Select(static part => part switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            _ => "",
        }));

    private static string TitleOf(MarkdownDocument document, string path) =>
        document.Descendants<HeadingBlock>().FirstOrDefault() is { } heading
            ? TextOf(heading.Inline)
            : path;

    private static string ToHtml(MarkdownDocument document) =>
        document.ToHtml(Pipeline)
            .Replace("<table>", "<div class=\"table\"><table>", StringComparison.Ordinal)
            .Replace("</table>", "</table></div>", StringComparison.Ordinal);

    private static IEnumerable<(LinkInline Link, (string File, string Anchor) Target)> Links(
        string path, MarkdownDocument document)
    {
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.Url is not { Length: > 0 } url || SitePath.IsExternal(url))
                continue;

            string[] parts = url.Split('#', 2);
            string? file = parts[0].Length == 0 ? path : SitePath.Resolve(path, parts[0]);
            yield return (link, (file ?? "..", parts.Length == 2 ? "#" + parts[1] : ""));
        }
    }

    private void Rewrite(
        string path, string output, LinkInline link, string file, string anchor)
    {
        if (file == path)
        {
            link.Url = anchor;
            return;
        }

        if (_documents.ContainsKey(file))
        {
            link.Url = SitePath.Relative(output, SitePath.OutputOf(file)) + anchor;
            return;
        }

        if (_assets.Contains(file))
        {
            link.Url = SitePath.Relative(output, file);
            return;
        }

        string full = Path.Combine(root, file);
        if (file == ".." || !(File.Exists(full) || Directory.Exists(full)))
            problems.Add($"{path}: the link to {link.Url} leads nowhere");

        // Sources are in the repository, not on the site: the words stay, the link goes.
        link.ReplaceBy(new ContainerInline());
    }

    private void AddAsset(string file)
    {
        if (File.Exists(Path.Combine(root, file)))
            _assets.Add(file);
    }
}
