using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.AspNetCore.Tests.Contract;
using Sluice.Sockets.ProxyProtocol;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.ProxyProtocol;

/// <summary>The header under Kestrel, above every transport.</summary>
public sealed class ProxyProtocolTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:50123");
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.9:443");

    [Theory]
    [Transports]
    public async Task Request_BehindTheHeaderInOneSegment_SeesTheClient(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();
        byte[] header = ProxyHeaderBytes.Tcp(
            Client, Server, ProxyHeaderBytes.Tlv(2, "example.org"u8));

        await peer.SendAsync((byte[])[.. header, .. "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8]);

        Assert.Equal(200, await peer.ReceiveStatusAsync());
        string expected =
            $"{Client} {Server} {peer.Socket.LocalEndPoint} {server.EndPoint} Authority";
        Assert.Equal(expected, await peer.ReceiveTextAsync(expected.Length));
    }

    [Theory]
    [Transports]
    public async Task Request_HeaderByteByByte_SeesTheClient(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();
        foreach (byte value in
            ProxyHeaderBytes.Line("PROXY TCP4 192.0.2.7 198.51.100.9 50123 443"))
        {
            await peer.SendAsync(new[] { value });
        }

        Assert.StartsWith($"{Client} {Server} ", await peer.GetAsync(), StringComparison.Ordinal);
        Assert.StartsWith($"{Client} {Server} ", await peer.GetAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task Request_Local_KeepsTheAddressesOfTheSocket(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync(ProxyHeaderBytes.Binary(0x20, 0));

        Assert.StartsWith(
            $"{peer.Socket.LocalEndPoint} {server.EndPoint} ",
            await peer.GetAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task Request_HeaderBeforeTls_SeesTheClient(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(
            kind, listen: options => options.UseHttps(TestCertificate.Server));
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(ProxyHeaderBytes.Tcp(Client, Server));
        await using var tls = new SslStream(
            new NetworkStream(peer.Socket),
            false,
#pragma warning disable CA5359 // The certificate was made a moment ago, by this test.
            (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost").Within();

        await tls.WriteAsync(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray()).Within();

        using var reader = new StreamReader(tls);
        Assert.Contains(
            $"{Client} {Server} ",
            await reader.ReadToEndAsync().Within(),
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task Request_WithoutHeader_IsReset(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        Assert.Contains("malformed (NoSignature)", Assert.Single(server.Log.Warnings));
    }

    [Theory]
    [Transports]
    public async Task Connection_FromUntrustedNetwork_IsClosedUnread(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(
            kind, proxy => Trust(proxy, "192.0.2.0/24"));

        try
        {
            using RawPeer peer = await server.ConnectAsync();
            Assert.Empty(await peer.ReceiveToEndAsync());
        }
        catch (SocketException failure)
        {
            Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        }

        Assert.Contains("in no trusted network", Assert.Single(server.Log.Warnings));
    }

    [Theory]
    [Transports]
    public async Task Request_FromUntrustedNetworkThatMayPass_IsServed(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(
            kind,
            proxy =>
            {
                Trust(proxy, "192.0.2.0/24");
                proxy.UntrustedPeers = UntrustedPeerMode.PassThrough;
            });
        using RawPeer peer = await server.ConnectAsync();

        Assert.StartsWith(
            $"{peer.Socket.LocalEndPoint} {server.EndPoint} ",
            await peer.GetAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task Connection_SlowHeader_IsReset(TransportKind kind)
    {
        var time = new ManualTime();
        await using ContractServer server = await StartAsync(
            kind,
            proxy =>
            {
                Trust(proxy, "127.0.0.0/8");
                proxy.TimeProvider = time;
            });
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("PROXY ");
        await time.TimerIsSetAsync();

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        Assert.Contains("took too long", Assert.Single(server.Log.Warnings));
    }

    [Theory]
    [Transports]
    public async Task StopAsync_HeaderIsAwaited_DoesNotWaitForIt(TransportKind kind)
    {
        var time = new ManualTime();
        await using ContractServer server = await StartAsync(
            kind,
            proxy =>
            {
                Trust(proxy, "127.0.0.0/8");
                proxy.TimeProvider = time;
            });
        using RawPeer peer = await server.ConnectAsync();
        await time.TimerIsSetAsync();

        await server.StopAsync().Within();

        server.Log.AssertNoWarnings();
    }

    [Fact]
    public void Options_OnTheTransport_PointToTheListener()
    {
        var options = new SluiceTransportOptions();
        options.Listen.UseProxyProtocol(proxy => Trust(proxy, "127.0.0.0/8"));

        var failure = Assert.Throws<ArgumentException>(options.ValidateAll);

        Assert.Contains("UseSluiceProxyProtocol", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A server whose answers say who is who.</summary>
    internal static Task<ContractServer> StartAsync(
        TransportKind kind,
        Action<ProxyProtocolOptions>? configure = null,
        Action<ListenOptions>? listen = null) =>
        ContractServer.StartAsync(
            kind,
            app => app.Run(AnswerAsync),
            listen: options =>
            {
                options.UseSluiceProxyProtocol(
                    configure ?? (static proxy => Trust(proxy, "127.0.0.0/8")));
                listen?.Invoke(options);
            });

    internal static void Trust(ProxyProtocolOptions proxy, string network) =>
        proxy.TrustedNetworks.Add(IPNetwork.Parse(network));

    private static Task AnswerAsync(HttpContext context)
    {
        ConnectionInfo ends = context.Connection;
        var proxy = context.Features.Get<IProxyProtocolFeature>();
        IEnumerable<ProxyTlvType> tlvs = proxy?.Header.Tlvs.Select(tlv => tlv.Type) ?? [];
        string answer =
            $"{new IPEndPoint(ends.RemoteIpAddress!, ends.RemotePort)} "
            + $"{new IPEndPoint(ends.LocalIpAddress!, ends.LocalPort)} "
            + $"{proxy?.ProxyEndPoint} {proxy?.SocketEndPoint} {string.Join(' ', tlvs)}";
        context.Response.ContentLength = answer.Length;
        return context.Response.WriteAsync(answer);
    }
}
