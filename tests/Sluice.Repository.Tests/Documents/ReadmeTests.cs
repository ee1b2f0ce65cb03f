using System.Text.RegularExpressions;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>What README promises is what the repository does.</summary>
public sealed partial class ReadmeTests
{
    private const string SecondCommand = "dotnet test Sluice.slnx -c Release";

    [Fact]
    public void Readme_CSharpBlocks_AreTheSamples()
    {
        string[] samples = Samples();
        string[] blocks = CodeBlocks.Of(Read("README.md"), "csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, samples));
    }

    [Theory]
    [InlineData("src/Sluice")]
    [InlineData("src/Sluice.AspNetCore")]
    [InlineData("src/Sluice.Memory")]
    public void PackageReadme_CSharpBlocks_AreTheSamplesOrOfTheGuides(string project)
    {
        string[] known = [.. Samples(), .. GuideTests.AllRegions()];
        string[] blocks = CodeBlocks.Of(Read($"{project}/README.md"), "csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, known));
    }

    [Fact]
    public void Changelog_Top_IsTheVersionThatIsPacked()
    {
        Match packed = PackedVersion().Match(Read("Directory.Build.props"));
        Match top = TopOfChangelog().Match(Read("CHANGELOG.md"));

        Assert.True(packed.Success);
        Assert.Equal(packed.Groups["version"].Value, top.Groups["version"].Value);
    }

    [Fact]
    public void Readme_ShellBlocks_StartWithTheTwoCommands()
    {
        string[] blocks = CodeBlocks.Of(Read("README.md"), "sh");
        Assert.Equal("dotnet run -c Release --project tools/sluice -- serve\n", blocks[0]);
        Assert.Equal(SecondCommand + "\n", blocks[1]);
    }

    [Fact]
    public void Ci_LastStep_IsTheSecondCommand() =>
        Assert.Contains($"step \"test\" summed_up {SecondCommand}\n", Read(".ci/run"));

    private static string[] Samples() =>
    [
        .. Directory.GetFiles(
            Path.Combine(RepositoryFiles.Root, "samples"), "Program.cs",
            SearchOption.AllDirectories).Select(File.ReadAllText),
    ];

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));

    [GeneratedRegex("<Version>(?<version>.+)</Version>")]
    private static partial Regex PackedVersion();

    [GeneratedRegex(@"^## \[(?<version>.+?)\]", RegexOptions.Multiline)]
    private static partial Regex TopOfChangelog();
}
