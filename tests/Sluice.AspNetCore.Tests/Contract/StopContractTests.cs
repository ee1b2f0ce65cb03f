using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>How a server stops.</summary>
[Trait("pitfall", "21")]
public sealed class StopContractTests
{
    [Theory]
    [Transports]
    public async Task StopAsync_RequestRuns_WaitsForItsAnswer(TransportKind kind)
    {
        var started = Signal.Create();
        var release = Signal.Create();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                started.SetResult();
                await release.Task;
                await context.Response.WriteAsync("late");
            }));
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await started.Task.Within();

        Task stopped = server.StopAsync();
        await UntilRefusedAsync(server);
        Assert.False(stopped.IsCompleted);
        release.SetResult();

        Assert.EndsWith(
            "4\r\nlate\r\n0\r\n\r\n",
            await peer.ReceiveTextToEndAsync(),
            StringComparison.Ordinal);
        await stopped.Within();
    }

    [Theory]
    [Transports]
    public async Task StopAsync_IdleConnections_AreClosedInOrder(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context =>
            {
                context.Response.ContentLength = 6;
                return context.Response.WriteAsync("answer");
            }));
        using RawPeer used = await server.ConnectAsync();
        Assert.Equal("answer", await used.GetAsync());

        await server.StopAsync().Within();

        Assert.Equal(SocketError.Success, await used.ReceiveErrorAsync());
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task StopAsync_DeadlinePasses_RequestsAreAborted(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await waiting.Started.Within();

        await server.StopAsync(new CancellationToken(canceled: true)).Within();

        await waiting.Aborted.Within();
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    private static async Task UntilRefusedAsync(ContractServer server)
    {
        using var timeout = new CancellationTokenSource(Patience.Limit);
        try
        {
            while (true)
            {
                timeout.Token.ThrowIfCancellationRequested();
                (await server.ConnectAsync()).Dispose();
            }
        }
        catch (SocketException)
        {
            // It no longer listens.
        }
    }
}
