using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Requests over HTTP/1.1: how they begin, end, and are given up.</summary>
public sealed class RequestContractTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Theory]
    [Transports]
    public async Task RequestAborted_PeerLeaves_IsCancelled(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Get);
        await waiting.Started.Within();

        peer.Dispose();

        await waiting.Aborted.Within();
    }

    [Theory]
    [Transports]
    public async Task RequestAborted_PeerResets_IsCancelled(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Get);
        await waiting.Started.Within();

        peer.Reset();

        await waiting.Aborted.Within();
    }

    [Theory]
    [Transports]
    public async Task RequestAborted_PeerLeavesABodyThatNobodyReads_IsCancelled(
        TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
        await waiting.Started.Within();

        peer.Dispose();

        await waiting.Aborted.Within();
    }

    [Theory]
    [Transports]
    public async Task RequestAborted_PeerLeavesWithAnotherRequestWaiting_IsCancelled(
        TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Get + Get);
        await waiting.Started.Within();

        peer.Dispose();

        await waiting.Aborted.Within();
    }

    [Theory]
    [Transports]
    public async Task ReadBody_PeerResets_ThrowsConnectionReset(TransportKind kind)
    {
        var failure = Signal.Create<Exception>();
        var started = Signal.Create();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                started.SetResult();
                try
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (Exception caught)
                {
                    failure.SetResult(caught);
                }
            }));
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        await started.Task.Within();

        peer.Reset();

        Assert.IsType<ConnectionResetException>(await failure.Task.Within());
    }

    [Theory]
    [Transports]
    public async Task ReadBody_PeerFinishesTooEarly_ThrowsBadRequest(TransportKind kind)
    {
        var failure = Signal.Create<Exception>();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                try
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (Exception caught)
                {
                    failure.SetResult(caught);
                }
            }));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        peer.Finish();

        Assert.IsType<BadHttpRequestException>(await failure.Task.Within(), exactMatch: false);
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task ReadBody_HandlerAborts_Throws(TransportKind kind)
    {
        var failure = Signal.Create<Exception>();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async Task (context) =>
            {
                Task pending = context.Request.Body.ReadExactlyAsync(new byte[10]).AsTask();
                context.Abort();
                failure.SetResult(await Assert.ThrowsAnyAsync<Exception>(() => pending));
            }));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");

        Assert.IsAssignableFrom<OperationCanceledException>(await failure.Task.Within());
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task WriteBody_PeerIsGone_DoesNotThrow(TransportKind kind)
    {
        var written = Signal.Create();
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                await waiting.RunAsync(context);
                for (int i = 0; i < 100; i++)
                    await context.Response.Body.WriteAsync(new byte[10_000]);
                written.SetResult();
            }));
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync(Get);
        await waiting.Started.Within();

        peer.Reset();

        await written.Task.Within();
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task ConnectionClose_InTheRequest_EndsAfterTheAnswer(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, app => app.Run(context => context.Response.WriteAsync("answer")));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.EndsWith(
            "answer\r\n0\r\n\r\n", await peer.ReceiveTextToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task BadRequest_OfAnyKind_Is400AndTheEnd(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, app => app.Run(context => context.Response.WriteAsync("answer")));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("nonsense\r\n\r\n");

        Assert.StartsWith(
            "HTTP/1.1 400 ", await peer.ReceiveTextToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task Expect100Continue_BodyIsWanted_IsAskedForThenRead(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                await context.Response.WriteAsync(await reader.ReadToEndAsync());
            }));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            + "Expect: 100-continue\r\nConnection: close\r\n\r\n");
        Assert.Equal(100, await peer.ReceiveStatusAsync());
        await peer.SendAsync("body");

        Assert.Equal(200, await peer.ReceiveStatusAsync());
        Assert.Equal("4\r\nbody\r\n0\r\n\r\n", await peer.ReceiveTextToEndAsync());
    }

    [Theory]
    [Transports]
    public async Task Expect100Continue_BodyIsNotWanted_IsNotAskedFor(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context =>
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            }));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
            + "Expect: 100-continue\r\n\r\n");

        Assert.Equal(401, await peer.ReceiveStatusAsync());
    }

    [Theory]
    [Transports]
    public async Task UnreadBody_OfARequest_DoesNotDisturbTheNext(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(context =>
            {
                string path = context.Request.Path;
                context.Response.ContentLength = path.Length;
                return context.Response.WriteAsync(path);
            }));
        using RawPeer peer = await server.ConnectAsync();
        byte[] body = TestBytes.Create(300_000);

        await peer.SendAsync(
            $"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n");
        await peer.SendAsync(body);
        Assert.Equal(200, await peer.ReceiveStatusAsync());
        Assert.Equal("/1", await peer.ReceiveTextAsync(2));

        Assert.Equal("/2", await peer.GetAsync("/2"));
    }

    [Theory]
    [Transports]
    public async Task ChunkedUpload_InManyPieces_ArrivesWithItsTrailers(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                string body = await reader.ReadToEndAsync();
                string trailer = context.Features.Get<IHttpRequestTrailersFeature>()!
                    .Trailers["Sum"]!;
                context.Response.ContentLength = body.Length + trailer.Length;
                await context.Response.WriteAsync(body + trailer);
            }));
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (char letter in "pieces")
            await peer.SendAsync($"1\r\n{letter}\r\n");
        await peer.SendAsync("0\r\nSum: 6\r\n\r\n");

        Assert.Equal(200, await peer.ReceiveStatusAsync());
        Assert.Equal("pieces6", await peer.ReceiveTextAsync(7));
    }
}
