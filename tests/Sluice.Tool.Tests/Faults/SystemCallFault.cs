using System.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>System calls fail, injected by strace.</summary>
/// <param name="call">The call.</param>
/// <param name="errno">How it fails.</param>
/// <param name="isPassing">Whether only each third one of a thread fails.</param>
/// <param name="isOfRing">Whether only those on the descriptor of a ring fail.</param>
internal sealed class SystemCallFault(
    string call, string errno, bool isPassing = false, bool isOfRing = false)
    : Fault(Describe(call, errno, isPassing, isOfRing))
{
    private const string RingFile = "anon_inode:[io_uring]";

    private string _log = "";

    public override void Require() => ExternalTool.Require("strace");

    // -D makes the tool, not strace, the child that gets signals and has the exit code.
    public override ProcessStartInfo Start(string[] command)
    {
        _log = Path.GetTempFileName();
        return new("strace", ["-D", "--seccomp-bpf", .. Injection(_log), .. command]);
    }

    public override bool WasMetAtStart() => WasMet(_log);

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        string log = Path.GetTempFileName();
        string[] arguments = [.. Injection(log), "-p", $"{server.Id}"];
        Process strace = Process.Start(new ProcessStartInfo("strace", arguments)
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        string? line = await strace.StandardError.ReadLineAsync();
        Assert.Contains("attached", line ?? "", StringComparison.Ordinal);
        return new Effect(strace, log);
    }

    private static string Describe(string call, string errno, bool isPassing, bool isOfRing) =>
        $"`{call}`{(isOfRing ? " of a ring" : "")}: {errno}{(isPassing ? ", each 3rd" : "")}";

    private static bool WasMet(string log)
    {
        bool wasMet = File.ReadAllText(log).Contains("(INJECTED)", StringComparison.Ordinal);
        File.Delete(log);
        return wasMet;
    }

    private string[] Injection(string log) =>
    [
        "-f", "-o", log, "-e", $"trace={call}",
        // Not each second one: the calls may come in pairs, of which one does the work.
        "-e", $"inject={call}:error={errno}{(isPassing ? ":when=1+3" : "")}",
        .. isOfRing ? ["-P", RingFile] : Array.Empty<string>(),
    ];

    private sealed class Effect(Process strace, string log) : FaultEffect
    {
        private bool _wasMet;

        public override bool WasMet => _wasMet;

        public override async Task EndAsync()
        {
            Task<string> errors = strace.StandardError.ReadToEndAsync();
            if (!strace.HasExited)
                _ = Signals.Send(strace.Id, Signals.Interrupt);
            await strace.WaitForExitAsync();
            await errors;
            strace.Dispose();
            _wasMet = SystemCallFault.WasMet(log);
        }
    }
}
