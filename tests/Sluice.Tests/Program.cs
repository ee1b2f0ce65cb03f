using System.Runtime.Versioning;
using Sluice.Tests.Processes;

namespace Sluice.Tests;

/// <summary>Runs a scenario that needs a process of its own, or else the tests.</summary>
[SupportedOSPlatform("linux")]
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [ChildProcess.Verb, var scenario, var engine, var scheduling] =>
            Scenarios.RunAsync(scenario, engine, scheduling),
        [PeerProcess.Verb, var scenario, var name, var type, .. var arguments] =>
            PeerProcess.RunAsync(scenario, name, type, arguments),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
