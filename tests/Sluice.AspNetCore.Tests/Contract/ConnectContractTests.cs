using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>Outbound connections by the contract that Orleans and others consume.</summary>
public sealed class ConnectContractTests
{
    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_ToAListenerOfTheSameTransport_MovesBytesBothWays(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await using ConnectionContext client =
            await harness.Connector.ConnectAsync(harness.Listener.EndPoint).Within();
        await using ConnectionContext? server = await harness.Listener.AcceptAsync().Within();

        byte[] data = TestBytes.Create(500_000);
        Task<byte[]> received = server!.Transport.Input.TakeAsync(data.Length);
        await client.Transport.Output.WriteAsync(data).Within();
        Assert.Equal(data, await received);
        await server.Transport.Output.WriteAsync("answer"u8.ToArray()).Within();
        Assert.Equal("answer"u8.ToArray(), await client.Transport.Input.TakeAsync(6));
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
        Assert.NotEqual("", client.ConnectionId);
        Assert.NotNull(client.Features.Get<IMemoryPoolFeature>());
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_ToAName_TriesItsAddresses(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        int port = ((IPEndPoint)harness.Listener.EndPoint).Port;

        // Where the name has an IPv6 address, too, nobody listens there.
        await using ConnectionContext client =
            await harness.Connector.ConnectAsync(new DnsEndPoint("localhost", port)).Within();

        Assert.Equal(harness.Listener.EndPoint, client.RemoteEndPoint);
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_ToAUnixSocket_Connects(TransportKind kind)
    {
        var endPoint = new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}");
        await using var harness = await TransportHarness.StartAsync(kind, endPoint);

        await using ConnectionContext client =
            await harness.Connector.ConnectAsync(endPoint).Within();
        await using ConnectionContext? server = await harness.Listener.AcceptAsync().Within();

        await client.Transport.Output.WriteAsync("ping"u8.ToArray()).Within();
        Assert.Equal("ping"u8.ToArray(), await server!.Transport.Input.TakeAsync(4));
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_NobodyListens_TellsTheSocketError(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        EndPoint endPoint = harness.Listener.EndPoint;
        await harness.Listener.UnbindAsync().Within();

        var failure = await Assert.ThrowsAsync<SocketException>(
            () => harness.Connector.ConnectAsync(endPoint).Within());

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_TokenIsCancelled_Throws(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.Connector
            .ConnectAsync(harness.Listener.EndPoint, new CancellationToken(canceled: true))
            .Within());
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task FlushAsync_AfterAReset_SaysThatItIsOver(TransportKind kind)
    {
        using Socket listener = RawPeer.Listen(TransportHarness.AnyPort);
        await using var harness = await TransportHarness.StartAsync(kind);
        await using ConnectionContext client =
            await harness.Connector.ConnectAsync(listener.LocalEndPoint!).Within();
        using RawPeer peer = await RawPeer.AcceptAsync(listener);

        peer.Reset();

        await client.Transport.Output.WriteUntilCompletedAsync();
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task ConnectAsync_ContainerIsGone_Throws(TransportKind kind)
    {
        var harness = await TransportHarness.StartAsync(kind);
        IConnectionFactory connector = harness.Connector;
        await harness.DisposeAsync();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(
            () => connector.ConnectAsync(TransportHarness.AnyPort).AsTask());
    }
}
