using System.Text.RegularExpressions;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>
/// <c>docs/unsafe.md</c> has the argument of each file of <c>src/</c> that can break memory, and
/// of no other.
/// </summary>
public sealed partial class UnsafeTests
{
    [Fact]
    public void Page_FilesOfTheSource_NamesThoseThatAreUnsafe()
    {
        string[] files =
        [
            .. RepositoryFiles.Read()
                .Where(static file =>
                    file.IsCSharp && file.Path.StartsWith("src/", StringComparison.Ordinal)
                    && Keyword().IsMatch(WithoutComments(file.Text)))
                .Select(static file => file.Path["src/".Length..]),
        ];
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "unsafe.md"));
        string[] named = [.. Row().Matches(page).Select(static row => row.Groups["path"].Value)];

        Assert.NotEmpty(files);
        Assert.Empty(files.Except(named, StringComparer.Ordinal));
        Assert.Empty(named.Except(files, StringComparer.Ordinal));
        Assert.Distinct(named);
    }

    [Theory]
    [InlineData("internal static unsafe class A", true)]
    [InlineData("// unsafe\nclass A", false)]
    [InlineData("/// <summary>unsafe</summary>\nclass A", false)]
    [InlineData("byte* p; // unsafe", false)]
    [InlineData("Unsafe.AsPointer(ref a)", false)]
    public void Keyword_OutsideOfComments_IsFound(string text, bool isUnsafe) =>
        Assert.Equal(isUnsafe, Keyword().IsMatch(WithoutComments(text)));

    private static string WithoutComments(string text) => Comment().Replace(text, "");

    // A row of a table begins with the path, in backticks.
    [GeneratedRegex(@"^\| `(?<path>[^`]+\.cs)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Keyword();

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
