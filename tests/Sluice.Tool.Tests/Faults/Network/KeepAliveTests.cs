using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Network;

/// <summary>A peer behind a link that is down: nothing comes any more, not even a reset.</summary>
[Collection(nameof(FaultMatrixTests))]
public sealed class KeepAliveTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Read_LinkIsDown_FailsByKeepAlive(string engine)
    {
        await EngineCase.RequireAsync(engine);
        NetworkNamespace.Require();
        string unique = $"sluice-{Environment.ProcessId}-keep";
        await using NetworkNamespace clients =
            await NetworkNamespace.CreateAsync($"{unique}-c", "10.199.1.1/24");
        await using NetworkNamespace servers =
            await NetworkNamespace.CreateAsync($"{unique}-s", "10.199.1.2/24");
        using var relay = new PacketRelay(clients, servers);
        using Socket listening = servers.Run(Listen);
        await using SluiceRuntime runtime = SluiceRuntime.Start(
            new SluiceOptions { Engine = Enum.Parse<Engine>(engine, ignoreCase: true) });
        await using ConnectionListener listener = await runtime.ListenAsync(
            listening.SafeHandle, new ListenOptions { KeepAlive = TimeSpan.FromSeconds(1) });
        using Socket client = clients.Run(static () =>
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(listening.LocalEndPoint!).Within();
        await client.SendAsync("ping"u8.ToArray()).Within();
        await using Connection connection = (await listener.AcceptAsync().Within())!;
        ReadResult read = await connection.Input.ReadAsync().Within();
        connection.Input.AdvanceTo(read.Buffer.End);

        _ = relay.BeginAsync(new PacketFate { Lost = 1 }, 1);

        IOException failure = await Assert.ThrowsAnyAsync<IOException>(
            () => connection.Input.ReadAsync().Within());
        Assert.Equal(
            SocketError.TimedOut,
            Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
    }

    // One probe after a second, and no second one: the namespace's own settings.
    private static Socket Listen()
    {
        File.WriteAllText("/proc/sys/net/ipv4/tcp_keepalive_intvl", "1");
        File.WriteAllText("/proc/sys/net/ipv4/tcp_keepalive_probes", "1");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("10.199.1.2"), 0));
        socket.Listen();
        return socket;
    }
}
