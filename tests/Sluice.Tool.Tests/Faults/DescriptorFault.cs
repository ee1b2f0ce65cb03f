using System.Diagnostics;
using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults;

/// <summary>
/// Connections take all descriptors that the process may have: accepting fails with EMFILE.
/// </summary>
internal sealed class DescriptorFault() : Fault("connections take all descriptors")
{
    // What .NET holds when it serves, and as many connections again.
    private const int Limit = 400;

    // An accept takes a number before it has a connection for it.
    private const int Spare = 4;

    private const string Line = "Warning: Accepting on ";

    // To stop, .NET makes threads, which take descriptors; without any it ends by a signal.
    public override bool MakesSense(FaultPhase phase) =>
        phase is not (FaultPhase.Start or FaultPhase.Stop);

    public override void Require() => ExternalTool.Require("prlimit");

    public override ProcessStartInfo Start(string[] command) =>
        throw new InvalidOperationException(Name);

    // A hard limit: .NET raises the other one to it.
    public override ProcessStartInfo Serve(string[] command) =>
        Program(["prlimit", $"--nofile={Limit}:{Limit}", .. command]);

    public override async Task<FaultEffect> BeginAsync(ToolProcess server)
    {
        var effect = new Effect(server);
        while (Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length < Limit - Spare)
            await effect.ConnectAsync(isServed: true);

        // Some of these find that there are none left.
        for (int i = 0; i < 2 * Spare; i++)
            await effect.ConnectAsync(isServed: false);
        await server.ErrorWrittenAsync(Line);
        return effect;
    }

    private sealed class Effect(ToolProcess server) : FaultEffect
    {
        private readonly List<Socket> _sockets = [];

        public async Task ConnectAsync(bool isServed)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            using var timeout = new CancellationTokenSource(ToolProcess.Patience);
            await socket.ConnectAsync(server.EndPoint, timeout.Token);
            await socket.SendAsync(
                "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), timeout.Token);
            if (isServed)
                Assert.NotEqual(0, await socket.ReceiveAsync(new byte[1], timeout.Token));
        }

        // New connections wait until there are descriptors again.
        public override Task MayEndAsync(Task former, Task work) => former;

        public override Task EndAsync()
        {
            _sockets.ForEach(static socket => socket.Dispose());
            Assert.Single(
                server.Errors.Split('\n'),
                static line => line.StartsWith(Line, StringComparison.Ordinal));
            return Task.CompletedTask;
        }
    }
}
