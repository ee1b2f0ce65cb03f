using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>TLS and HTTP/2 above the transport.</summary>
public sealed class ProtocolContractTests
{
    [Theory]
    [Transports]
    public async Task Http2_WithoutTls_Multiplexes(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, Echo, listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = server.CreateClient(HttpVersion.Version20);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AssertEchoAsync(client, 50_000)));

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task Http2_WithTls_Multiplexes(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, Echo, listen: options =>
            {
                options.Protocols = HttpProtocols.Http1AndHttp2;
                options.UseHttps(TestCertificate.Server);
            });
        using HttpClient client = server.CreateClient(HttpVersion.Version20);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertEchoAsync(client, 50_000)));

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task Http2_StreamsThatWait_DoNotHoldUpOthersAndCanBeCancelled(
        TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context => context.Request.Path == "/wait"
                ? waiting.RunAsync(context)
                : context.Response.WriteAsync("answer")),
            listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = server.CreateClient(HttpVersion.Version20);
        using var source = new CancellationTokenSource();

        Task pending = client.GetAsync("/wait", source.Token);
        await waiting.Started.Within();
        Assert.Equal("answer", await client.GetStringAsync("/").Within());
        await source.CancelAsync();

        await waiting.Aborted.Within();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal("answer", await client.GetStringAsync("/").Within());
    }

    [Theory]
    [Transports]
    public async Task Http1_WithTls_MovesLargeBodies(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                await context.Response.Body.WriteAsync(body.ToArray());
            }),
            listen: options => options.UseHttps(TestCertificate.Server));
        using HttpClient client = server.CreateClient();

        await AssertEchoAsync(client, 5_000_000);

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task Tls_ClientCertificate_IsSeenByTheApplication(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context =>
                context.Response.WriteAsync(context.Connection.ClientCertificate!.Subject)),
            listen: options => options.UseHttps(TestCertificate.Server, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.AllowAnyClientCertificate();
            }));
        using HttpClient client = server.CreateClient(configure: handler =>
            handler.SslOptions.ClientCertificates =
                new X509CertificateCollection { TestCertificate.Client });

        Assert.Equal("CN=client", await client.GetStringAsync("/").Within());
    }

    [Theory]
    [Transports]
    public async Task Tls_ClientWithoutTheCertificate_IsRefused(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Answers.Always,
            listen: options => options.UseHttps(TestCertificate.Server, https =>
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate));
        using HttpClient client = server.CreateClient();

        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetStringAsync("/").Within());
    }

    [Theory]
    [Transports]
    public async Task Tls_PlainTextInsteadOfAHandshake_EndsTheConnectionOnly(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Answers.Always,
            listen: options => options.UseHttps(TestCertificate.Server));
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await peer.ReceiveErrorAsync();
        using HttpClient client = server.CreateClient();

        Assert.Equal("answer", await client.GetStringAsync("/").Within());
    }

    [Theory]
    [Transports]
    public async Task Tls_PeerLeavesWithoutGoodbye_AbortsTheRequest(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(
            kind, waiting.Map, listen: options => options.UseHttps(TestCertificate.Server));
        RawPeer peer = await server.ConnectAsync();
        var stream = new System.Net.Sockets.NetworkStream(peer.Socket, ownsSocket: false);
#pragma warning disable CA5359 // The certificate was made a moment ago, by this test.
        await using var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost").Within();
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await waiting.Started.Within();

        peer.Dispose();

        await waiting.Aborted.Within();
    }

    private static void Echo(WebApplication app) => app.Run(async context =>
    {
        context.Response.ContentLength = context.Request.ContentLength;
        await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter);
    });

    private static async Task AssertEchoAsync(HttpClient client, int size)
    {
        byte[] body = RandomNumberGenerator.GetBytes(size);
        using HttpResponseMessage response =
            await client.PostAsync("/", new ByteArrayContent(body));
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(answer.AsSpan().SequenceEqual(body));
    }
}
