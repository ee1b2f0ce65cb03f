using System.Diagnostics;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Processes;

/// <summary>Runs a <see cref="Scenarios">scenario</see> in a process of its own.</summary>
internal static class ChildProcess
{
    public const string Verb = "run-scenario";

    /// <summary>Runs it, and fails with what it wrote unless it succeeded.</summary>
    public static async Task RunAsync(string scenario, Engine engine, Scheduling scheduling)
    {
        EngineRun.SkipUnlessUsable(engine);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sluice.Tests"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])
            [Verb, scenario, engine.ToString(), scheduling.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        Task<string> errors = child.StandardError.ReadToEndAsync();
        try
        {
            await child.WaitForExitAsync().WaitAsync(Patience.Limit * 3);
        }
        catch (TimeoutException)
        {
            child.Kill();
            throw;
        }

        Assert.True(child.ExitCode == 0, await output + await errors);
    }
}
