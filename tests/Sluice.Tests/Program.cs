using System.Runtime.Versioning;
using Sluice.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;

namespace Sluice.Tests;

/// <summary>
/// Runs a scenario that needs a process of its own, or else the tests: those that it is told of by
/// whoever started it as a server, or all.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [ChildProcess.Verb, var scenario, var engine, var scheduling] =>
            Scenarios.RunAsync(scenario, engine, scheduling),
        [FullDisk.Verb, var directory] => Task.FromResult(FullDisk.Run(directory)),
        [PeerProcess.Verb, var scenario, var name, var type, .. var arguments] =>
            PeerProcess.RunAsync(scenario, name, type, arguments),
        ["--server", ..] => TestPlatformTestFramework.RunAsync(
            args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
