using System.Net.Sockets;
using System.Text;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>Peers that connect, ask, and reset, one after the other.</summary>
internal sealed class ResettingPeers() : PeerFault("4 peers reset without end (RST storm)")
{
    private const int Peers = 4;
    private const int ResetsBefore = 20;

    private static readonly string[] Openings =
    [
        "",
        "GET /plain",
        "GET /bytes/1048576 HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nsome of it",
    ];

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        var effect = new Effect(server);
        await effect.HasBegunAsync();
        return effect;
    }

    private sealed class Effect : FaultEffect
    {
        private readonly ToolProcess _server;
        private readonly Task[] _peers;
        private readonly TaskCompletionSource[] _begun = new TaskCompletionSource[Peers];
        private volatile bool _hasEnded;

        public Effect(ToolProcess server)
        {
            _server = server;
            for (int i = 0; i < Peers; i++)
                _begun[i] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _peers = [.. Enumerable.Range(0, Peers).Select(index => Task.Run(() => Run(index)))];
        }

        public Task HasBegunAsync() => Task.WhenAll(_begun.Select(begun => begun.Task));

        public override async Task EndAsync()
        {
            _hasEnded = true;
            await Task.WhenAll(_peers);
        }

        private async Task Run(int index)
        {
            byte[] opening = Encoding.ASCII.GetBytes(Openings[index]);
            for (int count = 0; !_hasEnded; count++)
            {
                if (count == ResetsBefore)
                    _begun[index].SetResult();
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.LingerState = new LingerOption(true, 0);
                try
                {
                    await socket.ConnectAsync(_server.EndPoint);
                    await socket.SendAsync(opening);
                }
                catch (SocketException) when (count > ResetsBefore)
                {
                    return; // the server stops
                }
            }
        }
    }
}
