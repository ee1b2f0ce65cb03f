using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>
/// Peers that are gone without a word, as after a power failure: for the server the connections
/// stay open (half-open connections).
/// </summary>
internal sealed class VanishedPeers() : PeerFault("32 peers vanish (half-open connections)")
{
    private const int IPPROTO_TCP = 6;
    private const int TCP_REPAIR = 19;

    public override void Require() => Assert.SkipUnless(
        Environment.IsPrivilegedProcess, "TCP_REPAIR, which closes in silence, takes root.");

    public override async Task<FaultEffect> BeginAsync(ToolProcess server) =>
        await HeldConnections.OpenAsync(
            server,
            32,
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ",
            static socket =>
            {
                // The closing of a socket in repair sends nothing.
                socket.SetRawSocketOption(IPPROTO_TCP, TCP_REPAIR, BitConverter.GetBytes(1));
                socket.Dispose();
            });
}
