using System.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>The process may lock no memory.</summary>
internal sealed class LockedMemoryFault() : Fault("no locked memory (`RLIMIT_MEMLOCK`)")
{
    public override void Require() => ExternalTool.Require("prlimit");

    // With CAP_IPC_LOCK there is no limit.
    public override ProcessStartInfo Start(string[] command) => Program(
    [
        .. Environment.IsPrivilegedProcess
            ? ["setpriv", "--bounding-set=-ipc_lock"]
            : Array.Empty<string>(),
        "prlimit", "--memlock=0:0", .. command,
    ]);

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        await ExternalTool.RunAsync("prlimit", "--pid", $"{server.Id}", "--memlock=0:");
        return new Effect();
    }

    // Every server of a row is under the same fault: the limit can stay.
    private sealed class Effect : FaultEffect
    {
        public override Task EndAsync() => Task.CompletedTask;
    }
}
