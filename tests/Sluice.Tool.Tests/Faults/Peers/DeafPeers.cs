using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>Peers that ask for more than buffers hold, and read nothing of it.</summary>
internal sealed class DeafPeers() : PeerFault("16 peers read nothing of 16 MiB")
{
    public override async Task<FaultEffect> BeginAsync(ToolProcess server) =>
        await HeldConnections.OpenAsync(
            server,
            16,
            string.Concat(Enumerable.Repeat(
                "GET /bytes/1048576 HTTP/1.1\r\nHost: x\r\n\r\n", 16)),
            static _ => { });
}
