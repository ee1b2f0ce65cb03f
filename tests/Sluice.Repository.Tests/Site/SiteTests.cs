using System.Net;
using System.Text.RegularExpressions;
using Sluice.Repository.Tests.Tidy;
using Sluice.Site;

namespace Sluice.Repository.Tests.Site;

/// <summary>The static site: it can be made, and nothing in it leads nowhere.</summary>
public sealed partial class SiteTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-site-");

    private string Output => Path.Combine(_folder.FullName, "out");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Build_OfTheRepository_HasNoProblems()
    {
        var site = new SiteBuilder(RepositoryFiles.Root, Output);

        site.Build();

        Assert.Empty(site.Problems);
    }

    [Fact]
    public void Build_OfTheRepository_HasNoLinkThatLeadsNowhere()
    {
        new SiteBuilder(RepositoryFiles.Root, Output).Build();

        string[] pages = Directory.GetFiles(Output, "*.html", SearchOption.AllDirectories);
        string[] dead =
        [
            .. from page in pages
               from link in Links(File.ReadAllText(page))
               where !LeadsFrom(page, link)
               select $"{Path.GetRelativePath(Output, page)}: {link}",
        ];

        Assert.True(pages.Length > 200);
        Assert.Empty(dead);
    }

    [Fact]
    public void Build_PublicMember_IsOnThePageOfItsType()
    {
        new SiteBuilder(RepositoryFiles.Root, Output).Build();

        string page = File.ReadAllText(Path.Combine(Output, "api", "Sluice.Uring.Ring.html"));

        Assert.Contains(
            "bool TryGetSubmission(out Submission submission)", page, StringComparison.Ordinal);
        Assert.Contains("Takes a free submission entry.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"Sluice.Uring.RingResult.html\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_MemberThatInheritsItsComment_HasIt()
    {
        new SiteBuilder(RepositoryFiles.Root, Output).Build();

        string page = File.ReadAllText(
            Path.Combine(Output, "api", "Sluice.Memory.BufferText.html"));

        Assert.DoesNotMatch("</pre>\\s*</section>", page);
    }

    [Theory]
    [InlineData("[gone](gone.md)", "docs/README.md: the link to gone.md leads nowhere")]
    [InlineData("[gone](#gone)", "docs/README.md: the link to #gone leads nowhere")]
    [InlineData("[out](../../etc)", "docs/README.md: the link to ../../etc leads nowhere")]
    [InlineData("[README](../README.md#gone)",
        "docs/README.md: the link to ../index.html#gone leads nowhere")]
    public void Build_WithADeadLink_NamesIt(string text, string problem)
    {
        SiteBuilder site = Fixture(text);

        site.Build();

        Assert.Equal([problem], site.Problems);
    }

    [Fact]
    public void Build_WithAGuideThatIsNotInTheIndex_NamesIt()
    {
        SiteBuilder site = Fixture("No lists.");
        File.WriteAllText(Path.Combine(_folder.FullName, "docs", "lonely.md"), "# Lonely");

        site.Build();

        Assert.Equal(
            ["docs/README.md: docs/lonely.md is not in a list under a heading"], site.Problems);
    }

    private SiteBuilder Fixture(string index)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "docs"));
        File.WriteAllText(Path.Combine(_folder.FullName, "README.md"), "# Fixture");
        File.WriteAllText(Path.Combine(_folder.FullName, "CHANGELOG.md"), "# Changes");
        File.WriteAllText(Path.Combine(_folder.FullName, "docs", "README.md"), index);
        return new SiteBuilder(_folder.FullName, Output) { Assemblies = [] };
    }

    // Written apart from the check of the builder: each finds what the other overlooks.
    private static IEnumerable<string> Links(string html) =>
        Attribute().Matches(html)
            .Select(match => WebUtility.HtmlDecode(match.Groups["value"].Value))
            .Where(link => !Uri.TryCreate(link, UriKind.Absolute, out _));

    private static bool LeadsFrom(string page, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length == 0
            ? page
            : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return File.Exists(target)
            && (parts.Length == 1 || File.ReadAllText(target).Contains(
                $"id=\"{WebUtility.HtmlEncode(parts[1])}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("(href|src)=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();
}
