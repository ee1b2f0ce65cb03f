using System.Text.Json;
using Sluice.Repository.Tests.Tidy;

namespace Sluice.Repository.Tests.Documents;

/// <summary>What is to be added to a container's seccomp profile.</summary>
public sealed class SeccompTests
{
    private static readonly string Statement = File.ReadAllText(
        Path.Combine(RepositoryFiles.Root, "docs", "seccomp", "sluice.json"));

    [Fact]
    public void Statement_Names_AreTheCallsOfTheRing()
    {
        using var document = JsonDocument.Parse(Statement);
        JsonElement statement = document.RootElement;

        Assert.Equal("SCMP_ACT_ALLOW", statement.GetProperty("action").GetString());
        Assert.Equal(
            ["io_uring_setup", "io_uring_enter", "io_uring_register"],
            statement.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Guide_JsonBlock_IsTheStatement()
    {
        string guide = File.ReadAllText(
            Path.Combine(RepositoryFiles.Root, "docs", "containers.md"));

        Assert.Contains(Statement, CodeBlocks.Of(guide, "json"));
    }
}
