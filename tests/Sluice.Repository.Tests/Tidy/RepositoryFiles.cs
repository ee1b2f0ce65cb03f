using System.Diagnostics;

namespace Sluice.Repository.Tests.Tidy;

/// <summary>The files of this clone that git tracks or would track.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Files that are tracked, or new and not ignored: a rule speaks up before the commit.
    /// </summary>
    public static IReadOnlyList<TidyFile> Read()
    {
        string? list = Git("ls-files", "-z", "--cached", "--others", "--exclude-standard");
        if (list is null)
        {
            bool required = Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") == "1";
            Assert.False(required, "git ls-files failed: is this a clone, and is git installed?");
            Assert.Skip("git cannot list the files: not a clone, or git is not installed");
        }

        return
        [
            .. list.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal)
                .Where(path => File.Exists(Path.Combine(Root, path)))
                .Select(path => new TidyFile(path, File.ReadAllBytes(Path.Combine(Root, path)))),
        ];
    }

    private static string? Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };

        // CI may run as another user than the one that owns the clone; git then lists nothing.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("safe.directory=*");
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        try
        {
            using Process git = Process.Start(start)!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);

        return folder ?? throw new InvalidOperationException("No Sluice.slnx above the tests.");
    }
}
