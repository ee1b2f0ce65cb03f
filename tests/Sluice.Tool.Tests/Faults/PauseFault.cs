using System.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>The process stands still for a while.</summary>
internal sealed class PauseFault() : Fault("`SIGSTOP`, `SIGCONT`")
{
    public override ProcessStartInfo Start(string[] command) => Program(command);

    public override void OnStarted(ToolProcess server)
    {
        Signals.StopAndWait(server.Id);
        server.Signal(Signals.Continue);
    }

    public override Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        Signals.StopAndWait(server.Id);
        return Task.FromResult<FaultEffect>(new Effect(server));
    }

    private sealed class Effect(ToolProcess server) : FaultEffect
    {
        public override Task MayEndAsync(Task former, Task work) => Task.CompletedTask;

        public override Task EndAsync()
        {
            server.Signal(Signals.Continue);
            return Task.CompletedTask;
        }
    }
}
