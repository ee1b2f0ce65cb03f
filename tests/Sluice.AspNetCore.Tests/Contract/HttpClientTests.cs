using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Http;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>HttpClient over Sluice, against servers over every transport.</summary>
public sealed class HttpClientTests
{
    [Theory]
    [Transports]
    public async Task SendAsync_Http1_MovesBodiesBothWays(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(kind, Return);

        await AssertReturnsAsync(server, kind, HttpVersion.Version11);
    }

    [Theory]
    [Transports]
    public async Task SendAsync_Https_MovesBodiesBothWays(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, Return, listen: options => options.UseHttps(TestCertificate.Server));

        await AssertReturnsAsync(server, kind, HttpVersion.Version11);
    }

    [Theory]
    [Transports]
    public async Task SendAsync_Http2OverTls_MovesBodiesBothWays(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Return,
            listen: options =>
            {
                options.Protocols = HttpProtocols.Http2;
                options.UseHttps(TestCertificate.Server);
            });

        await AssertReturnsAsync(server, kind, HttpVersion.Version20);
    }

    [Theory]
    [Transports]
    public async Task SendAsync_Http2WithoutTls_MovesBodiesBothWays(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, Return, listen: options => options.Protocols = HttpProtocols.Http2);

        await AssertReturnsAsync(server, kind, HttpVersion.Version20);
    }

    [Theory]
    [Transports]
    public async Task SendAsync_TokenCancelled_AbortsTheRequestAtTheServer(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        await using SluiceRuntime runtime = Start(kind);
        using HttpClient client = server.CreateClient(
            configure: handler => handler.UseSluice(runtime));
        using var source = new CancellationTokenSource();
        Task pending = client.GetAsync("/", source.Token);
        await waiting.Started.Within();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        await waiting.Aborted.Within();
    }

    private static SluiceRuntime Start(TransportKind kind) => SluiceRuntime.Start(new()
    {
        Engine = kind.IsUring() ? Engine.Uring : Engine.Sockets,
        Scheduling = kind == TransportKind.UringInline
            ? Scheduling.Inline
            : Scheduling.ThreadPool,
        ReactorCount = 1,
    });

    private static void Return(WebApplication app) => app.Run(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await context.Response.Body.WriteAsync(body.ToArray());
    });

    private static async Task AssertReturnsAsync(
        ContractServer server, TransportKind kind, Version version)
    {
        await using SluiceRuntime runtime = Start(kind);
        using HttpClient client = server.CreateClient(
            version, handler => handler.UseSluice(runtime));
        foreach (int size in (int[])[0, 1, 5_000, 2_000_000])
        {
            byte[] body = RandomNumberGenerator.GetBytes(size);
            using HttpResponseMessage response =
                await client.PostAsync("/", new ByteArrayContent(body)).Within();
            byte[] answer = await response.Content.ReadAsByteArrayAsync().Within();
            Assert.True(answer.AsSpan().SequenceEqual(body));
        }
    }
}
