using System.CommandLine;
using Sluice.Tool.Doctor;

namespace Sluice.Tool.Commands;

/// <summary>
/// <c>sluice doctor</c>: explains which engine runs on this machine, why, and what would help.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Explains what this machine offers, which engine runs and why. "
            + "The exit code is 0 if it is io_uring and 1 if not.");
        command.SetAction(static (_, _) => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        // Not a guess: the engine is started as a server would start it.
        await using var runtime = SluiceRuntime.Start();
        bool isUring = runtime.Engine == Engine.Uring;
        List<Finding> findings =
        [
            .. UringFacts.Collect(),
            .. SystemFacts.Collect(),
            new(
                "engine",
                isUring ? FindingState.Good : FindingState.Bad,
                $"{runtime.Engine}: {runtime.EngineReason}"),
        ];
        DoctorReport.Write(findings);
        return isUring ? 0 : 1;
    }
}
