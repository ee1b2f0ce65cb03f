using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class ConnectionServerTests
{
    private const int HandlerFailed = 2;

    [Theory]
    [Engines]
    public async Task Handler_LetsAPeersResetThrough_IsNoFailureOfTheHandler(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        var reset = new TaskCompletionSource();
        await using (var runtime = SluiceRuntime.Start(
            new SluiceOptions { Engine = engine, Scheduling = scheduling }, log))
        {
            await using ConnectionServer server = await runtime.ServeAsync(
                new IPEndPoint(IPAddress.Loopback, 0),
                async connection =>
                {
                    _ = connection.Closed.Register(reset.SetResult);
                    while (true)
                        connection.Input.AdvanceTo((await connection.Input.ReadAsync()).Buffer.End);
                });
            using (var peer = new Socket(SocketType.Stream, ProtocolType.Tcp))
            {
                peer.LingerState = new LingerOption(enable: true, seconds: 0);
                await peer.ConnectAsync(server.EndPoint);
                await peer.SendAsync("x"u8.ToArray());
            }

            await reset.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.DoesNotContain(log.Lines, static line => line.EventId == HandlerFailed);
    }

    [Theory]
    [Engines]
    public async Task Handler_Throws_IsReported(Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using var runtime = SluiceRuntime.Start(
            new SluiceOptions { Engine = engine, Scheduling = scheduling }, log);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            static async connection =>
            {
                _ = await connection.Input.ReadAsync();
                throw new InvalidOperationException("A defect.");
            });
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);

        await peer.ConnectAsync(server.EndPoint);
        await peer.SendAsync("x"u8.ToArray());

        await log.WaitForAsync(HandlerFailed);
    }
}
