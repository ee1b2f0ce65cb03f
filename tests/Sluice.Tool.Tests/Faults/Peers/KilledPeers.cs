using System.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>Processes that are killed in the middle of a response.</summary>
internal sealed class KilledPeers() : PeerFault("4 peers are killed in the response")
{
    private const int Peers = 4;

    public override void Require() => ExternalTool.Require("curl");

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        byte[] first = new byte[1];
        var peers = new Process[Peers];
        for (int i = 0; i < Peers; i++)
        {
            peers[i] = Process.Start(new ProcessStartInfo(
                "curl", ["-sN", "--limit-rate", "1000", server.Address + "/bytes/1048576"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            await peers[i].StandardOutput.BaseStream.ReadExactlyAsync(first);
        }

        return new Effect(peers);
    }

    private sealed class Effect(Process[] peers) : FaultEffect
    {
        public override Task MayEndAsync(Task former, Task work) => Task.CompletedTask;

        public override async Task EndAsync()
        {
            foreach (Process peer in peers)
            {
                peer.Kill();
                await peer.WaitForExitAsync();
                peer.Dispose();
            }
        }
    }
}
