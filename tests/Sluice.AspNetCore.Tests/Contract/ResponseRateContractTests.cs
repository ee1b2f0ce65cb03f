using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Peers that read too slowly.</summary>
public sealed class ResponseRateContractTests
{
    [Theory]
    [Transports]
    public async Task MinResponseDataRate_PeerThatDoesNotRead_IsGivenUp(TransportKind kind)
    {
        var aborted = Signal.Create();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                context.RequestAborted.Register(aborted.SetResult);
                byte[] chunk = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(chunk);
            }),
            kestrel => kestrel.Limits.MinResponseDataRate =
                new MinDataRate(100_000_000, TimeSpan.FromSeconds(1.1)));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        await aborted.Task.Within();
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }
}
