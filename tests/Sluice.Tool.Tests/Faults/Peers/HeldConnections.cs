using System.Net.Sockets;
using System.Text;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Peers;

/// <summary>Connections that stay as they are until the fault ends.</summary>
internal sealed class HeldConnections : FaultEffect
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Connects, and sends the same on each.</summary>
    public static async Task<HeldConnections> OpenAsync(
        ToolProcess server, int count, string text, Action<Socket> prepare)
    {
        var all = new HeldConnections();
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            all._sockets.Add(socket);
            await socket.ConnectAsync(server.EndPoint);
            await socket.SendAsync(Encoding.ASCII.GetBytes(text));
            prepare(socket);
        }

        return all;
    }

    public override Task EndAsync()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        return Task.CompletedTask;
    }
}
