using Sluice.Tests.Processes;

namespace Sluice.Tests;

/// <summary>Runs a scenario that needs a process of its own, or else the tests.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        if (args is [ChildProcess.Verb, string scenario, string engine, string scheduling])
            return Scenarios.RunAsync(scenario, engine, scheduling);
        return Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
