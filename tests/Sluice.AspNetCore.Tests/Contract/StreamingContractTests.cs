using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Messages, events, uploads and files above the transport.</summary>
public sealed class StreamingContractTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [Transports]
    public async Task WebSocket_Messages_ComeBackAndTheCloseIsAnswered(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, app => app.UseWebSockets().Run(EchoSocketAsync));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(WebSocketAddress(server), None).Within();
        byte[] received = new byte[100_000];

        foreach (int size in (int[])[0, 1, 125, 126, 65_535, 65_536, 100_000])
        {
            byte[] sent = TestBytes.Create(size);
            await socket.SendAsync(sent, WebSocketMessageType.Binary, true, None).Within();
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(received.AsMemory(length), None).Within();
                length += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.True(received.AsSpan(0, length).SequenceEqual(sent));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", None).Within();
        Assert.Equal(WebSocketState.Closed, socket.State);
        Assert.Equal("bye", socket.CloseStatusDescription);
        server.Log.AssertNoWarnings();
    }

    [Theory]
    [Transports]
    public async Task WebSocket_PeerIsGone_FailsTheReceive(TransportKind kind)
    {
        var failure = Signal.Create<WebSocketError>();
        await using var server = await ContractServer.StartAsync(
            kind, app => app.UseWebSockets().Run(async Task (context) =>
            {
                using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
                Task receive = socket.ReceiveAsync(new byte[16], None);
                var caught = await Assert.ThrowsAsync<WebSocketException>(() => receive);
                failure.SetResult(caught.WebSocketErrorCode);
            }));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(WebSocketAddress(server), None).Within();

        socket.Abort();

        Assert.Equal(
            WebSocketError.ConnectionClosedPrematurely, await failure.Task.Within());
    }

    [Theory]
    [Transports]
    public async Task ServerSentEvents_OneAtATime_ArriveBeforeTheEnd(TransportKind kind)
    {
        using var next = new SemaphoreSlim(0);
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.MapGet("/", (CancellationToken aborted) =>
                TypedResults.ServerSentEvents(EventsAsync(next, aborted))));
        using HttpClient client = server.CreateClient();
        Task<Stream> opening = client.GetStreamAsync("/");
        next.Release();
        await using Stream stream = await opening.Within();
        var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        for (int i = 0; i < 5; i++)
        {
            Assert.True(await events.MoveNextAsync().Within());
            Assert.Equal($"{i}", events.Current.Data);
            next.Release();
        }

        Assert.False(await events.MoveNextAsync().Within());
    }

    [Theory]
    [Transports]
    public async Task Upload_OfManyMegabytes_ArrivesWhole(TransportKind kind)
    {
        const int Size = 20 * 1024 * 1024;
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context => await context.Response.WriteAsync(
                Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body)))));
        using HttpClient client = server.CreateClient();
        byte[] body = TestBytes.Create(Size);

        using HttpResponseMessage response =
            await client.PostAsync("/", new ByteArrayContent(body)).Within();

        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(body)),
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [Transports]
    public async Task Upload_OfAForm_GivesItsFiles(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.Run(async context =>
            {
                IFormCollection form = await context.Request.ReadFormAsync();
                await context.Response.WriteAsJsonAsync(
                    form.Files.Select(file => $"{file.FileName} {file.Length}"));
            }));
        using HttpClient client = server.CreateClient();
        using var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(TestBytes.Create(1)), "a", "small" },
            { new ByteArrayContent(TestBytes.Create(1_000_000)), "b", "large" },
        };

        using HttpResponseMessage response = await client.PostAsync("/", content).Within();

        Assert.Equal(
            ["small 1", "large 1000000"],
            (await response.Content.ReadFromJsonAsync<string[]>())!);
    }

    [Theory]
    [Transports]
    public async Task StaticFiles_WholeAndInPart_AreServed(TransportKind kind)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-");
        byte[] bytes = TestBytes.Create(3_000_000);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "file.bin"), bytes);
        using var files = new PhysicalFileProvider(folder.FullName);
        await using var server = await ContractServer.StartAsync(
            kind,
            app => app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                ServeUnknownFileTypes = true,
            }));
        using HttpClient client = server.CreateClient();

        byte[] whole = await client.GetByteArrayAsync("/file.bin").Within();
        client.DefaultRequestHeaders.Range = new(1000, 1_999_999);
        byte[] part = await client.GetByteArrayAsync("/file.bin").Within();

        Assert.True(whole.AsSpan().SequenceEqual(bytes));
        Assert.True(part.AsSpan().SequenceEqual(bytes.AsSpan(1000, 1_999_000)));
        folder.Delete(recursive: true);
    }

    [Theory]
    [Transports]
    public async Task Download_SlowReader_GetsItWhole(TransportKind kind)
    {
        byte[] body = TestBytes.Create(8 * 1024 * 1024);
        await using var server = await ContractServer.StartAsync(
            kind, app => app.Run(context => context.Response.Body.WriteAsync(body).AsTask()));
        using HttpClient client = server.CreateClient();
        await using Stream stream = await client.GetStreamAsync("/").Within();

        byte[] received = new byte[body.Length];
        for (int at = 0; at < body.Length; at += 1024)
            await stream.ReadExactlyAsync(received.AsMemory(at, 1024)).Within();

        Assert.True(received.AsSpan().SequenceEqual(body));
    }

    private static Uri WebSocketAddress(ContractServer server) =>
        new UriBuilder(server.Address) { Scheme = "ws" }.Uri;

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        SemaphoreSlim next, [EnumeratorCancellation] CancellationToken aborted)
    {
        for (int i = 0; i < 5; i++)
        {
            await next.WaitAsync(aborted);
            yield return new SseItem<string>($"{i}");
        }
    }

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        ValueWebSocketReceiveResult part;
        while ((part = await socket.ReceiveAsync(buffer.AsMemory(), None)).MessageType
            != WebSocketMessageType.Close)
        {
            await socket.SendAsync(
                buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, None);
        }

        await socket.CloseAsync(
            WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, None);
    }
}
