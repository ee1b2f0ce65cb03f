using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>What README promises is what the repository does.</summary>
public sealed class ReadmeTests
{
    private const string SecondCommand = "dotnet test Sluice.slnx -c Release";

    [Fact]
    public void Readme_CSharpBlocks_AreTheSamples()
    {
        string[] samples =
            [.. Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "samples"), "Program.cs",
                SearchOption.AllDirectories).Select(File.ReadAllText)];
        string[] blocks = CodeBlocks.Of(Read("README.md"), "csharp");

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, samples));
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
        Assert.Contains($"step \"test\" {SecondCommand}\n", Read(".ci/run"));

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));
}
