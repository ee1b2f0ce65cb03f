using System.Diagnostics;

namespace Sluice.Tool.Tests.Processes;

/// <summary>Programs that a machine may have: clients and load generators.</summary>
internal static class ExternalTool
{
    /// <summary>
    /// Skips the test where a program is missing; fails it where SLUICE_REQUIRE_TOOLS is 1.
    /// </summary>
    public static void Require(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (Array.Exists(folders, folder => File.Exists(Path.Combine(folder, name))))
            return;
        if (Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") == "1")
            Assert.Fail($"{name} is required (SLUICE_REQUIRE_TOOLS=1) and is not installed.");
        Assert.Skip($"{name} is not installed.");
    }

    /// <summary>Runs a program to its end; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        Require(name);
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        using Process process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(timeout.Token);
        string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.True(process.ExitCode == 0, $"{name}: {await errors} {output}");
        return output;
    }
}
