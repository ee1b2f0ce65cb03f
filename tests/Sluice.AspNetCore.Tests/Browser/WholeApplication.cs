using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Sluice.AspNetCore.Tests.Contract;

namespace Sluice.AspNetCore.Tests.Browser;

/// <summary>
/// An application with a part of everything: minimal APIs, files, HTTP/2, WebSockets, server-sent
/// events, SignalR, uploads, TLS.
/// </summary>
internal sealed class WholeApplication
{
    private readonly WaitingHandler _waiting = new();
    private readonly TaskCompletionSource _results = Signal.Create();

    public static Task<ContractServer> StartAsync(TransportKind kind) =>
        ContractServer.StartAsync(
            kind,
            new WholeApplication().Map,
            listen: options =>
            {
                options.Protocols = HttpProtocols.Http1AndHttp2;
                options.UseHttps(TestCertificate.Server);
            },
            services: services => services.AddSignalR());

    private void Map(WebApplication app)
    {
        var files = new PhysicalFileProvider(
            Path.Combine(AppContext.BaseDirectory, "Browser", "wwwroot"));
        app.UseWebSockets();
        app.UseFileServer(new FileServerOptions { FileProvider = files });
        app.MapGet("/api/add", (int a, int b) => new { sum = a + b });
        app.Map("/socket", EchoAsync);
        app.MapGet("/events", (CancellationToken aborted) =>
            TypedResults.ServerSentEvents(CountAsync(aborted)));
        app.MapHub<EchoHub>("/hub");
        app.MapPost("/upload", async (HttpRequest request) =>
            Convert.ToHexString(await SHA256.HashDataAsync(request.Body)));
        app.MapPost("/form", async (HttpRequest request) =>
        {
            IFormFile file = (await request.ReadFormAsync()).Files[0];
            return $"{file.FileName} {file.Length}";
        });
        app.MapGet("/wait", _waiting.RunAsync);
        app.MapGet("/waiting", () => _waiting.Started);
        app.MapGet("/aborted", async () =>
        {
            await _waiting.Aborted;
            return "aborted";
        });
        app.MapPost("/results", () => _results.TrySetResult());
        app.MapGet("/hold", () => _results.Task);
    }

    private static async IAsyncEnumerable<string> CountAsync(
        [EnumeratorCancellation] CancellationToken aborted)
    {
        for (int i = 0; i < 3; i++)
        {
            await Task.Yield();
            yield return $"{i}";
        }

        await Task.Delay(Timeout.Infinite, aborted);
    }

    private static async Task EchoAsync(HttpContext context)
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
}
