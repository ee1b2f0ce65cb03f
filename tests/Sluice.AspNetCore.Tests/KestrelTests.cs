using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.AspNetCore.Tests;

/// <summary>What every ASP.NET Core application relies on, over every engine.</summary>
public class KestrelTests
{
    private const int LargeSize = 8 * 1024 * 1024;

    public static TheoryData<Engine, Scheduling> Engines => EngineCase.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_RequestsOnOneConnection_AreAnsweredInOrder(
        Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, context => context.Response.WriteAsync(
                $"{context.Request.Path} {context.Connection.Id}"));
        using HttpClient client = server.CreateClient();

        string[] answers =
        [
            .. await Task.WhenAll(client.GetStringAsync("a")),
            .. await Task.WhenAll(client.GetStringAsync("b")),
        ];

        Assert.StartsWith("/a ", answers[0], StringComparison.Ordinal);
        Assert.Equal(answers[0].Replace("/a", "/b", StringComparison.Ordinal), answers[1]);
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_PipelinedRequests_AreAnsweredInOrder(
        Engine engine, Scheduling scheduling)
    {
        const int Count = 100;
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, context =>
            {
                string answer = $"<{context.Request.Path}>";
                context.Response.ContentLength = answer.Length;
                return context.Response.WriteAsync(answer);
            });
        using Socket socket = await server.ConnectAsync();
        string last = "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        await socket.SendAllAsync(string.Concat(Enumerable.Range(0, Count)
            .Select(i => $"GET /{i} HTTP/1.1\r\nHost: x\r\n\r\n")) + last);
        string answers = await socket.ReadToEndAsync();

        int[] order = [.. Enumerable.Range(0, Count)
            .Select(i => answers.IndexOf($"</{i}>", StringComparison.Ordinal))];
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(-1, order);
        Assert.Contains("</end>", answers, StringComparison.Ordinal);
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_RequestInPieces_IsAnswered(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, context => context.Response.WriteAsync("whole"));
        using Socket socket = await server.ConnectAsync();

        foreach (char piece in "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            await socket.SendAllAsync(piece.ToString());
        string answer = await socket.ReadToEndAsync();

        Assert.EndsWith("whole\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http2_WithoutTls_Multiplexes(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, EchoAsync, HttpProtocols.Http2);
        using HttpClient client = server.CreateClient(HttpVersion.Version20);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AssertEchoAsync(client, 20_000)));

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http2_WithTls_Multiplexes(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, EchoAsync, HttpProtocols.Http1AndHttp2, withTls: true);
        using HttpClient client = server.CreateClient(HttpVersion.Version20);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AssertEchoAsync(client, 20_000)));

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_WithTls_Works(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, ReturnAsync, withTls: true);
        using HttpClient client = server.CreateClient();

        await AssertEchoAsync(client, 1_000_000);

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_LargeBodies_ArriveWhole(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, ReturnAsync);
        using HttpClient client = server.CreateClient();

        await AssertEchoAsync(client, LargeSize);

        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http1_SlowReaderOfALargeBody_GetsItWhole(
        Engine engine, Scheduling scheduling)
    {
        byte[] body = RandomNumberGenerator.GetBytes(LargeSize);
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, context => context.Response.Body.WriteAsync(body).AsTask());
        using HttpClient client = server.CreateClient();

        using HttpResponseMessage response = await client.GetAsync(
            "/", HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        using var received = new MemoryStream();
        byte[] buffer = new byte[1000];
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
            received.Write(buffer, 0, count);

        Assert.True(received.ToArray().AsSpan().SequenceEqual(body));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task WebSocket_Messages_ComeBack(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, EchoSocketAsync);
        using var socket = new ClientWebSocket();
        using var timeout = new CancellationTokenSource(TestServer.Patience);
        byte[] sent = RandomNumberGenerator.GetBytes(10_000);
        byte[] received = new byte[20_000];

        await socket.ConnectAsync(
            new UriBuilder(server.Address) { Scheme = "ws" }.Uri, timeout.Token);
        for (int i = 0; i < 10; i++)
        {
            await socket.SendAsync(sent, WebSocketMessageType.Binary, true, timeout.Token);
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(received.AsMemory(length), timeout.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.True(received.AsSpan(0, length).SequenceEqual(sent));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, timeout.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task RequestAborted_ClientLeavesDuringARequest_IsCancelled(
        Engine engine, Scheduling scheduling)
    {
        var started = Signal.Create();
        var aborted = Signal.Create();
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, async context =>
            {
                context.RequestAborted.Register(aborted.SetResult);
                started.SetResult();
                await aborted.Task;
            });
        using Socket socket = await server.ConnectAsync();
        await socket.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await started.Task.WaitAsync(TestServer.Patience);

        socket.Close();

        await aborted.Task.WaitAsync(TestServer.Patience);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Read_ClientResetsDuringABody_FailsAsConnectionReset(
        Engine engine, Scheduling scheduling)
    {
        var failure = Signal.Create<Exception>();
        var started = Signal.Create();
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, async context =>
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
            });
        using Socket socket = await server.ConnectAsync();
        await socket.SendAllAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        await started.Task.WaitAsync(TestServer.Patience);

        socket.Close(timeout: 0);

        Assert.IsType<ConnectionResetException>(
            await failure.Task.WaitAsync(TestServer.Patience));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Abort_ByTheApplication_ResetsTheClient(Engine engine, Scheduling scheduling)
    {
        await using TestServer server = await TestServer.StartAsync(
            engine, scheduling, context =>
            {
                context.Abort();
                return Task.CompletedTask;
            });
        using Socket socket = await server.ConnectAsync();

        await socket.SendAllAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        var failure = await Assert.ThrowsAsync<SocketException>(socket.ReadToEndAsync);

        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        server.Log.AssertNoWarnings();
    }

    // Kestrel's own sockets give up such requests: nothing of ours to test there.
    [Theory]
    [InlineData(Scheduling.ThreadPool)]
    [InlineData(Scheduling.Inline)]
    [Trait("pitfall", "9")]
    public async Task Http1_FiftyClientsThatCloseAtOnce_AreAllHandled(Scheduling scheduling)
    {
        const int Count = 50;
        int handled = 0;
        var all = Signal.Create();
        await using TestServer server = await TestServer.StartAsync(
            Engine.Uring, scheduling, async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                if (await reader.ReadToEndAsync() == "body"
                    && Interlocked.Increment(ref handled) == Count)
                {
                    all.SetResult();
                }
            });

        for (int i = 0; i < Count; i++)
        {
            using Socket socket = await server.ConnectAsync();
            await socket.SendAllAsync(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
            socket.Shutdown(SocketShutdown.Send);
        }

        await all.Task.WaitAsync(TestServer.Patience);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.ContentLength = context.Request.ContentLength;
        await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter);
    }

    // Echo for HTTP/1.1 clients that do not read before they have sent everything.
    private static async Task ReturnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await context.Response.Body.WriteAsync(body.ToArray());
    }

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        ValueWebSocketReceiveResult part;
        while ((part = await socket.ReceiveAsync(buffer.AsMemory(), default)).MessageType
            != WebSocketMessageType.Close)
        {
            await socket.SendAsync(
                buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, default);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    private static async Task AssertEchoAsync(HttpClient client, int size)
    {
        byte[] body = RandomNumberGenerator.GetBytes(size);
        using HttpResponseMessage response =
            await client.PostAsync("/", new ByteArrayContent(body));
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(answer.AsSpan().SequenceEqual(body));
    }
}
