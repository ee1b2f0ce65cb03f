using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore.Tests.Contract;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Draining;

/// <summary>How a node leaves a cluster.</summary>
[Trait("pitfall", "21")]
public sealed class DrainTests
{
    private static readonly TimeSpan UnreadyTime = TimeSpan.FromSeconds(7);

    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource _started = Signal.Create();
    private readonly TaskCompletionSource _release = Signal.Create();

    [Theory]
    [Transports]
    public async Task StopAsync_UnreadyTime_ServesAndSaysThatItIsNotReady(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer before = await server.ConnectAsync();
        Assert.Equal((200, false), await GetAsync(before, "/ready"));

        Task stopped = server.StopAsync();
        await _time.TimerIsSetAsync();

        Assert.Equal((503, true), await GetAsync(before, "/ready"));
        using RawPeer fresh = await server.ConnectAsync();
        Assert.Equal((200, true), await GetAsync(fresh, "/"));
        Assert.Empty(await fresh.ReceiveToEndAsync());
        Assert.False(stopped.IsCompleted);

        _time.Advance(UnreadyTime);
        await stopped.Within();

        await Assert.ThrowsAsync<SocketException>(server.ConnectAsync);
        AssertLogged(
            server,
            "Draining: not ready from now on, and serving for 00:00:07 more.",
            "Draining: listening ends; 0 requests are running.",
            "Drained: all requests have ended.");
    }

    [Theory]
    [Transports]
    public async Task StopAsync_RequestRuns_IsAnsweredBeforeTheEnd(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        await _started.Task.Within();
        Task stopped = server.StopAsync();
        await _time.TimerIsSetAsync();

        _time.Advance(UnreadyTime);
        await UntilRefusedAsync(server);
        Assert.False(stopped.IsCompleted);
        _release.SetResult();

        Assert.EndsWith("late", await peer.ReceiveTextToEndAsync(), StringComparison.Ordinal);
        await stopped.Within();
        AssertLogged(
            server,
            "Draining: not ready from now on, and serving for 00:00:07 more.",
            "Draining: listening ends; 1 requests are running.",
            "Drained: all requests have ended.");
    }

    [Theory]
    [Transports]
    public async Task StopAsync_DeadlinePasses_AbortsAndWarns(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        await _started.Task.Within();
        using var deadline = new CancellationTokenSource();
        Task stopped = server.StopAsync(deadline.Token);
        await _time.TimerIsSetAsync();

        // Neither the rest of the unready time nor the request is waited for.
        await deadline.CancelAsync();

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        _release.SetResult();
        await stopped.Within();
        Assert.Contains(
            server.Log.Warnings, line => line.Contains("the deadline has passed; 1 requests"));
        Assert.DoesNotContain(server.Log.Lines, line => line.Line.Contains("Drained"));
    }

    [Theory]
    [Transports]
    public async Task StopApplication_UnreadyAtOnce_EvenIfNobodyStopsTheHostYet(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(kind);

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        using RawPeer peer = await server.ConnectAsync();
        Assert.Equal((503, true), await GetAsync(peer, "/ready"));
        _release.SetResult();
        Task stopped = server.StopAsync();
        await _time.TimerIsSetAsync();
        _time.Advance(UnreadyTime);
        await stopped.Within();
    }

    [Theory]
    [Transports]
    public async Task StopAsync_HttpTwo_AsksTheClientToLeave(TransportKind kind)
    {
        await using ContractServer server = await StartAsync(
            kind, listen: options => options.Protocols = HttpProtocols.Http2);
        int connections = 0;
        using HttpClient client = server.CreateClient(
            HttpVersion.Version20,
            handler => handler.ConnectCallback = async (context, token) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            });
        Assert.Equal("answer", await client.GetStringAsync("/"));
        Assert.Equal("answer", await client.GetStringAsync("/"));
        Assert.Equal(1, connections);
        Task stopped = server.StopAsync();
        await _time.TimerIsSetAsync();

        for (int i = 0; i < 3; i++)
            Assert.Equal("answer", await client.GetStringAsync("/"));

        Assert.InRange(connections, 2, 4);
        _time.Advance(UnreadyTime);
        await stopped.Within();
    }

    [Fact]
    public async Task AddSluiceDrain_OutOfRange_StopsTheHostAtItsStart()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(
                TransportKind.Sockets, drain => drain.UnreadyTime = TimeSpan.FromSeconds(-1)));

        Assert.Contains(
            "SluiceDrainOptions.UnreadyTime is -00:00:01",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddSluiceDrain_Twice_IsOnceWithBothOptions()
    {
        ServiceProvider provider = new ServiceCollection()
            .AddLogging()
            .AddSluiceDrain(drain => drain.UnreadyTime = TimeSpan.FromSeconds(1))
            .AddSluiceDrain(drain => drain.DrainTimeout = TimeSpan.FromSeconds(2))
            .BuildServiceProvider();
        await using (provider)
        {
            Assert.Equal(
                TimeSpan.FromSeconds(3),
                provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        }
    }

    private Task<ContractServer> StartAsync(
        TransportKind kind,
        Action<SluiceDrainOptions>? configure = null,
        Action<ListenOptions>? listen = null) =>
        ContractServer.StartAsync(
            kind,
            app =>
            {
                app.MapHealthChecks("/ready");
                app.MapGet("/", () => Results.Text("answer"));
                app.MapGet("/wait", async context =>
                {
                    _started.SetResult();
                    await _release.Task;
                    context.Response.ContentLength = 4;
                    await context.Response.WriteAsync("late");
                });
            },
            listen: listen,
            services: services => services.AddRouting().AddSluiceDrain(drain =>
            {
                drain.UnreadyTime = UnreadyTime;
                drain.TimeProvider = _time;
                configure?.Invoke(drain);
            }));

    private static void AssertLogged(ContractServer server, params string[] lines) =>
        Assert.Equal(
            lines,
            server.Log.Lines
                .Where(line => line.Line.StartsWith("Drain", StringComparison.Ordinal))
                .Select(line => line.Line.TrimEnd()));

    /// <returns>The status, and whether the connection is to be closed.</returns>
    private static async Task<(int Status, bool Closes)> GetAsync(RawPeer peer, string path)
    {
        await peer.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        string head = await peer.ReceiveUntilAsync("\r\n\r\n");
        bool isChunked = head.Contains("chunked", StringComparison.Ordinal);
        _ = isChunked
            ? await peer.ReceiveUntilAsync("0\r\n\r\n")
            : await peer.ReceiveTextAsync("answer".Length);
        return (int.Parse(head.AsSpan(9, 3)), head.Contains("Connection: close"));
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
