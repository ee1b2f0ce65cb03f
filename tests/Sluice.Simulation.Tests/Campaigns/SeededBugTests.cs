using System.Diagnostics;
using System.Reflection;

namespace Sluice.Simulation.Tests.Campaigns;

/// <summary>
/// The seeded bugs are kept as patches. <c>seeded-bugs.sh</c> shows that the campaign finds each;
/// here it is only looked at that they still are what they were.
/// </summary>
public sealed class SeededBugTests
{
    private static readonly string Root = FindRoot();

    private static readonly string Bugs =
        Path.Combine(Root, "tests/Sluice.Simulation.Tests/Data/SeededBugs");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Bugs, "*.patch").Select(p => Path.GetFileName(p)).Order()];

    [Fact]
    public void Patches_PitfallsOfRingsAndSockets_HaveOneEach()
    {
        var pitfalls = Names.Select(row => row.Data.Split('-')[0]).ToList();

        Assert.Equal(
            [.. Enumerable.Range(3, 19).Select(n => n.ToString("D2")), "24b"], pitfalls);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Patch_TheTreeAsItIs_Applies(string name)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Root, ".git"))
            || File.Exists(Path.Combine(Root, ".git")), "This is no checkout of git's.");
        var start = new ProcessStartInfo("git", ["apply", "--check", Path.Combine(Bugs, name)])
        {
            WorkingDirectory = Root,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        using Process git = Process.Start(start)!;
        string errors = await git.StandardError.ReadToEndAsync(
            TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(git.ExitCode == 0, errors);
    }

    private static string FindRoot()
    {
        string? folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tree is not above the tests.");
    }
}
