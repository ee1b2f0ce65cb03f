using System.Text.RegularExpressions;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>The code of docs/io-vectors.md is that of tests that run.</summary>
public sealed partial class IoVectorsGuideTests
{
    [Fact]
    public void Guide_CSharpBlocks_AreTheRegionsOfItsTests()
    {
        string source = Read("tests/Sluice.Memory.Tests/Docs/IoVectorsGuide.cs");
        string[] regions =
            [.. Region().Matches(source).Select(match => Dedent(match.Groups["code"].Value))];
        string[] blocks = CodeBlocks.Of(Read("docs/io-vectors.md"), "csharp");

        Assert.NotEmpty(blocks);
        Assert.Equal(regions.Order(StringComparer.Ordinal), blocks.Order(StringComparer.Ordinal));
    }

    private static string Dedent(string code)
    {
        string[] lines = code.TrimEnd('\n').Split('\n');
        int indent = lines.Where(line => line.Length > 0)
            .Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line =>
            (line.Length > indent ? line[indent..] : "") + "\n"));
    }

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));

    [GeneratedRegex(@"#region docs: \w+\n(?<code>.*?)\n *#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();
}
