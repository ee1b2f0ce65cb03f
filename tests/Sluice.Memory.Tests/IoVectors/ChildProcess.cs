using System.Diagnostics;

namespace Sluice.Memory.Tests.IoVectors;

/// <summary>Another process, with or without tracing.</summary>
internal static class ChildProcess
{
    /// <summary>Fails with all that it said unless it ends with 0. Returns what it said.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string? tracing)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[IoVectorTrace.Variable] = tracing;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}\n{await errors}");
        return output;
    }
}
