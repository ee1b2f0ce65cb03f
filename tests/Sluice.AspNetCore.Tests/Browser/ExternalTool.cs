using System.Diagnostics;

namespace Sluice.AspNetCore.Tests.Browser;

/// <summary>Programs that a machine may have: a browser, clients, a load generator.</summary>
internal static class ExternalTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs a program to its end; it must succeed. Skips the test where it is missing, and fails
    /// it where SLUICE_REQUIRE_TOOLS is 1.
    /// </summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        Require(name);
        using var timeout = new CancellationTokenSource(Patience);
        using Process process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(timeout.Token);
            string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            Assert.True(process.ExitCode == 0, $"{name}: {await errors} {output}");
            return output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Skips or fails the test where a program is missing.</summary>
    public static void Require(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (Array.Exists(folders, folder => File.Exists(Path.Combine(folder, name))))
            return;
        if (Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") == "1")
            Assert.Fail($"{name} is required (SLUICE_REQUIRE_TOOLS=1) and is not installed.");
        Assert.Skip($"{name} is not installed.");
    }
}
