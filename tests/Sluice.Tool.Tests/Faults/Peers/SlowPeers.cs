using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>Many connections with half of a request's headers, and no more (slow-loris).</summary>
internal sealed class SlowPeers() : PeerFault("64 peers stop in the headers (slow-loris)")
{
    public override async Task<FaultEffect> BeginAsync(ToolProcess server) =>
        await HeldConnections.OpenAsync(
            server, 64, "GET /plaintext HTTP/1.1\r\nHo", static _ => { });
}
