using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>What Kestrel measures of connections, and what middleware adds to it.</summary>
public sealed class MetricContractTests
{
    private const string Ends =
        "network.transport=tcp network.type=ipv4 server.address=127.0.0.1";

    [Theory]
    [Transports]
    public async Task Connections_ThatEndWell_AreCountedUpAndDown(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(kind, Answers.Always);
        using var metrics = new MetricCollector(server.Services);

        for (int i = 0; i < 3; i++)
        {
            using RawPeer peer = await server.ConnectAsync();
            Assert.Equal("answer", await peer.GetAsync());
            Assert.True(metrics.Sum("kestrel.active_connections") >= 1);
        }

        await metrics.WaitForAsync("kestrel.connection.duration", 3);
        Assert.Equal(0, metrics.Sum("kestrel.active_connections"));
        Assert.Equal(0, metrics.Sum("kestrel.queued_connections"));
        Assert.Equal(0, metrics.Sum("kestrel.rejected_connections"));
        Assert.All(
            metrics.Tags("kestrel.connection.duration"),
            tags => Assert.Equal(
                $"network.protocol.name=http network.protocol.version=1.1 {Ends}", tags));
    }

    [Theory]
    [Transports]
    public async Task Connections_ThatAreResetDuringARequest_AreCountedDown(TransportKind kind)
    {
        var waiting = new WaitingHandler();
        await using var server = await ContractServer.StartAsync(kind, waiting.Map);
        using var metrics = new MetricCollector(server.Services);
        using RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await waiting.Started.Within();

        peer.Reset();

        // Kestrel gives no reason for a reset that comes while the application has the request.
        await metrics.WaitForAsync("kestrel.connection.duration", 1);
        Assert.Equal(0, metrics.Sum("kestrel.active_connections"));
        Assert.Equal(
            $"network.protocol.name=http network.protocol.version=1.1 {Ends}",
            Assert.Single(metrics.Tags("kestrel.connection.duration")));
    }

    [Theory]
    [Transports]
    public async Task Connections_ThatTheApplicationAborts_SayWhy(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind, app => app.Run(context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }));
        using var metrics = new MetricCollector(server.Services);
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        await metrics.WaitForAsync("kestrel.connection.duration", 1);
        Assert.Contains(
            "error.type=aborted_by_app",
            Assert.Single(metrics.Tags("kestrel.connection.duration")),
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task MetricsTags_ThatMiddlewareAdds_AreReported(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            Answers.Always,
            listen: options => options.Use(next => connection =>
            {
                connection.Features.Get<IConnectionMetricsTagsFeature>()?.Tags
                    .Add(new("tenant", "blue"));
                return next(connection);
            }));
        using var metrics = new MetricCollector(server.Services);
        using (RawPeer peer = await server.ConnectAsync())
            Assert.Equal("answer", await peer.GetAsync());

        await metrics.WaitForAsync("kestrel.connection.duration", 1);
        Assert.Contains(
            "tenant=blue",
            Assert.Single(metrics.Tags("kestrel.connection.duration")),
            StringComparison.Ordinal);
    }

    [Theory]
    [Transports]
    public async Task ConnectionHandler_WithoutHttp_OwnsThePipe(TransportKind kind)
    {
        await using var server = await ContractServer.StartAsync(
            kind,
            _ => { },
            listen: options => options.Run(async connection =>
                await connection.Transport.Input.CopyToAsync(connection.Transport.Output)));
        using RawPeer peer = await server.ConnectAsync();
        byte[] data = TestBytes.Create(100_000);

        Task<byte[]> received = peer.ReceiveToEndAsync();
        await peer.SendAsync(data);
        peer.Finish();

        Assert.Equal(data, await received);
    }
}
