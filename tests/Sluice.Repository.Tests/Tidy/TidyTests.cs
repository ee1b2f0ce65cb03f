namespace Sluice.Repository.Tests.Tidy;

/// <summary>The house style that a machine can read, over every file of the repository.</summary>
public sealed class TidyTests
{
    /// <summary>The rules by name. Binary files see the first one only.</summary>
    private static readonly Dictionary<string, Func<TidyFile, IEnumerable<string>>> Rules = new()
    {
        [nameof(TextRules.NoBinary)] = TextRules.NoBinary,
        [nameof(TextRules.NoStrayBlanks)] = TextRules.NoStrayBlanks,
        [nameof(TextRules.NoUnnumberedTask)] = TextRules.NoUnnumberedTask,
        [nameof(TextRules.NoMachinePath)] = TextRules.NoMachinePath,
        [nameof(CSharpRules.LineLength)] = CSharpRules.LineLength,
        [nameof(CSharpRules.FileLength)] = CSharpRules.FileLength,
        [nameof(CSharpRules.NoConsole)] = CSharpRules.NoConsole,
        [nameof(CSharpRules.OneTypeNamedLikeTheFile)] = CSharpRules.OneTypeNamedLikeTheFile,
        [nameof(CSharpRules.SuppressionsHaveReasons)] = CSharpRules.SuppressionsHaveReasons,
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Repository_EveryFile_FollowsTheRule(string rule)
    {
        IEnumerable<string> complaints =
            from file in RepositoryFiles.Read()
            where !file.IsBinary || rule == nameof(TextRules.NoBinary)
            from complaint in Rules[rule](file)
            select $"{file.Path}:{complaint}";

        AssertNone(complaints);
    }

    [Fact]
    public void Repository_EveryMarkdownFile_LinksToWhatExists()
    {
        IReadOnlyList<TidyFile> files = RepositoryFiles.Read();
        HashSet<string> paths = [.. files.Select(file => file.Path)];
        AssertNone(
            from file in files
            from complaint in LinkRules.RelativeLinksExist(file, paths)
            select $"{file.Path}:{complaint}");
    }

    private static void AssertNone(IEnumerable<string> complaints)
    {
        string[] all = [.. complaints];
        Assert.True(all.Length == 0, $"{all.Length} found:\n{string.Join('\n', all.Take(100))}");
    }
}
