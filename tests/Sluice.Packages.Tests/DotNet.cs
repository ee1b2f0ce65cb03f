using System.Diagnostics;

namespace Sluice.Packages.Tests;

/// <summary>Runs the SDK's command.</summary>
internal static class DotNet
{
    /// <summary>A command that takes longer has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Runs a command to its end; it must succeed.</summary>
    /// <remarks>
    /// What it writes goes to a file: servers of the compiler outlive the command, and would hold
    /// the end of a pipe.
    /// </remarks>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(
        string folder, string packages, params string[] arguments)
    {
        string log = Path.Combine(folder, $"{Guid.NewGuid():N}.log");
        string[] shell = ["-c", "log=$1; shift; exec dotnet \"$@\" >\"$log\" 2>&1", "sh", log];
        var start = new ProcessStartInfo("/bin/sh", [.. shell, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
        };

        // Nothing of the build that started the tests is to reach this one.
        foreach (string name in start.Environment.Keys.Where(IsOfMSBuild).ToArray())
            start.Environment.Remove(name);
        if (packages.Length != 0)
            start.Environment["NUGET_PACKAGES"] = packages;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        using Process process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        string output = await File.ReadAllTextAsync(log, timeout.Token);
        if (process.ExitCode != 0)
            SkipWithoutNuGet(output);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:\n{output}");
        return output;
    }

    private static bool IsOfMSBuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase);

    // NU1301: a source could not be reached.
    private static void SkipWithoutNuGet(string output)
    {
        bool isUnreachable = output.Contains("NU1301", StringComparison.Ordinal);
        if (isUnreachable && Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") != "1")
            Assert.Skip("The configured NuGet source cannot be reached.");
    }
}
