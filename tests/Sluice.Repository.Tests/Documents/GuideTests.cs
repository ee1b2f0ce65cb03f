using System.Text.RegularExpressions;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>The programs of the guides are those that the tests compile and run.</summary>
public sealed partial class GuideTests
{
    // What is in them is for who operates or judges Sluice, or for who looks for something else;
    // there is nothing to program.
    private static readonly string[] Reports =
    [
        "README.md", "capacity.md", "coming-from.md", "first-hour.md", "internals.md",
        "operations.md", "reliability.md", "unsafe.md",
    ];

    public static TheoryData<string> Guides =>
        [.. Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "docs"), "*.md")
            .Select(static path => Path.GetFileName(path))
            .Except(Reports)];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Guide_CSharpBlocks_AreRegionsOfTests(string guide)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", guide));
        HashSet<string> regions = [.. AllRegions()];

        string[] blocks = CodeBlocks.Of(text, "csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, regions));
    }

    [Fact]
    public void Regions_OfASource_AreUnindented()
    {
        const string source = """
            class Sample
            {
                #region docs: one
                first();
                {
                    second();

                }
                #endregion
            }
            """;

        Assert.Equal(["first();\n{\n    second();\n\n}\n"], Regions(source));
    }

    internal static IEnumerable<string> AllRegions() => SourcesWithRegions().SelectMany(Regions);

    private static IEnumerable<string> SourcesWithRegions() =>
        Directory.GetFiles(
                Path.Combine(RepositoryFiles.Root, "tests"), "*Guide*.cs",
                SearchOption.AllDirectories)
            .Select(File.ReadAllText);

    private static IEnumerable<string> Regions(string source)
    {
        foreach (Match match in Region().Matches(source))
        {
            string indent = match.Groups["indent"].Value;
            string[] lines = match.Groups["body"].Value.TrimEnd('\n').Split('\n');
            yield return string.Concat(lines.Select(line =>
                (line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line)
                + "\n"));
        }
    }

    [GeneratedRegex(
        @"^(?<indent> *)#region docs: \S+\n(?<body>.*?\n) *#endregion",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();
}
