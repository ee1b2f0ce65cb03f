using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Kestrel's limits. It keeps the time; the transport must let it see and end.</summary>
public sealed class LimitContractTests
{
    [Theory]
    [Transports]
    public async Task MaxConcurrentConnections_OneMore_IsClosedUntilAPlaceIsFree(
        TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, Answers.Always, kestrel => kestrel.Limits.MaxConcurrentConnections = 1);
        RawPeer first = await server.ConnectAsync();
        Assert.Equal("answer", await first.GetAsync());

        using (RawPeer second = await server.ConnectAsync())
            Assert.Equal(SocketError.Success, await second.ReceiveErrorAsync());

        first.Dispose();
        await UntilAnsweredAsync(server);
    }

    [Theory]
    [Transports]
    public async Task MaxConcurrentUpgradedConnections_OneMore_IsRefused(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.UseWebSockets().Run(async context =>
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.ReceiveAsync(new byte[16], default);
            }),
            kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 1);
        Uri address = new UriBuilder(server.Address) { Scheme = "ws" }.Uri;
        using var first = new ClientWebSocket();
        await first.ConnectAsync(address, default).Within();
        using RawPeer second = await server.ConnectAsync();

        await second.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        Assert.Equal(500, await second.ReceiveStatusAsync());
        first.Abort();
    }

    [Theory]
    [Transports]
    public async Task MaxRequestBodySize_LargerBody_Is413(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context => context.Request.Body.CopyToAsync(Stream.Null)),
            kestrel => kestrel.Limits.MaxRequestBodySize = 10);
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");

        Assert.Equal(413, await peer.ReceiveStatusAsync());
    }

    [Theory]
    [Transports]
    public async Task MaxRequestHeadersTotalSize_LargerHead_Is431(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(kind, Answers.Always);
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync(
            $"GET / HTTP/1.1\r\nHost: x\r\nA: {new string('a', 40_000)}\r\n\r\n");

        Assert.Equal(431, await peer.ReceiveStatusAsync());
    }

    // Kestrel frees a place a moment after the connection has ended: nothing tells when.
    private static async Task UntilAnsweredAsync(ContractServer server)
    {
        using var timeout = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            timeout.Token.ThrowIfCancellationRequested();
            using RawPeer peer = await server.ConnectAsync();
            try
            {
                Assert.Equal("answer", await peer.GetAsync());
                return;
            }
            catch (Exception failure)
                when (failure is EndOfStreamException or SocketException)
            {
                // Not free yet.
            }
        }
    }
}
