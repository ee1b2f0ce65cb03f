using System.Reflection;
using Sluice.Site.Api;
using Sluice.Site.Pages;

namespace Sluice.Site;

/// <summary>
/// Renders README.md, CHANGELOG.md, docs/*.md and every Markdown file that these link to, and a
/// page for each public type.
/// </summary>
/// <param name="root">The folder with README.md and docs/.</param>
/// <param name="output">Where to; what is there stays unless it has the same name.</param>
internal sealed class SiteBuilder(string root, string output)
{
    private const string Index = "docs/README.md";

    private readonly List<string> _problems = [];

    /// <summary>What is wrong with the pages, in words for whoever wrote them.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The assemblies whose public types get a page.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; init; } =
    [
        Assembly.Load("Sluice"), Assembly.Load("Sluice.AspNetCore"),
        Assembly.Load("Sluice.Memory"), Assembly.Load("Sluice.Uring"),
    ];

    /// <summary>Writes all files.</summary>
    /// <returns>The number of pages.</returns>
    public int Build()
    {
        var sources = new MarkdownSources(root, _problems);
        string[] guides =
        [
            .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md")
                .Select(static path => "docs/" + Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];
        sources.Add(["README.md", Index, "CHANGELOG.md", .. guides]);

        Navigation navigation = Navigation.Read(sources, Index);
        foreach (string guide in guides.Where(guide => guide != Index))
        {
            if (!navigation.Contains(guide))
                _problems.Add($"{Index}: {guide} is not in a list under a heading");
        }

        var api = new ApiReference(Assemblies, _problems);
        Page[] pages = [.. sources.Render(), .. api.Render()];
        Write("style.css", Style());
        foreach (Page page in pages)
            Write(page.Output, Layout.Page(page, navigation));
        foreach (string asset in sources.Assets)
            Copy(asset);

        _problems.AddRange(LinkCheck.Check(output, pages));
        return pages.Length;
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(output, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private void Copy(string path)
    {
        string full = Path.Combine(output, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.Copy(Path.Combine(root, path), full, overwrite: true);
    }

    private static string Style()
    {
        using Stream stream = typeof(SiteBuilder).Assembly.GetManifestResourceStream("style.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
