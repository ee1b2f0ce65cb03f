using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>What middleware finds on a connection.</summary>
public sealed class FeatureContractTests
{
    [Theory]
    [Transports]
    public async Task Features_OfAConnection_AreThoseOfKestrelsTransport(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        Type[] expected =
        [
            typeof(IConnectionIdFeature),
            typeof(IConnectionItemsFeature),
            typeof(IConnectionLifetimeFeature),
            typeof(IConnectionTransportFeature),
            typeof(IMemoryPoolFeature),
        ];

        // Who wrote to the socket itself would overtake what the ring has on its way.
        expected = kind.IsUring()
            ? [.. expected, typeof(IConnectionEndPointFeature)]
            : [.. expected, typeof(IConnectionSocketFeature)];

        Assert.Equal(
            expected.Select(type => type.Name).Order(),
            connection.Features.Select(feature => feature.Key.Name).Order());
        Assert.All(expected, type => Assert.NotNull(connection.Features[type]));
    }

    [Theory]
    [Transports]
    public async Task Features_ThatSayTheSame_Agree(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        IFeatureCollection features = connection.Features;

        Assert.Same(
            connection.Transport, features.Get<IConnectionTransportFeature>()!.Transport);
        Assert.Equal(
            connection.ConnectionId, features.Get<IConnectionIdFeature>()!.ConnectionId);
        Assert.Same(connection.Items, features.Get<IConnectionItemsFeature>()!.Items);
        Assert.Equal(
            connection.ConnectionClosed,
            features.Get<IConnectionLifetimeFeature>()!.ConnectionClosed);
        if (features.Get<IConnectionEndPointFeature>() is { } ends)
        {
            Assert.Equal(peer.Socket.RemoteEndPoint, ends.LocalEndPoint);
            Assert.Equal(peer.Socket.LocalEndPoint, ends.RemoteEndPoint);
        }

        Assert.Equal(peer.Socket.RemoteEndPoint, connection.LocalEndPoint);
        Assert.Equal(peer.Socket.LocalEndPoint, connection.RemoteEndPoint);
    }

    [Theory]
    [Transports]
    public async Task Features_ThatMiddlewareReplaces_AreReplacedForAllThatFollow(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        using var source = new CancellationTokenSource();
        var endPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 7);
        var items = new Dictionary<object, object?>();

        connection.Features.Get<IConnectionIdFeature>()!.ConnectionId = "mine";
        connection.RemoteEndPoint = endPoint;
        connection.Features.Get<IConnectionItemsFeature>()!.Items = items;
        connection.Features.Get<IConnectionLifetimeFeature>()!.ConnectionClosed = source.Token;
        connection.Features.Set("added");

        Assert.Equal("mine", connection.ConnectionId);
        Assert.Same(endPoint, connection.RemoteEndPoint);
        Assert.Same(items, connection.Items);
        Assert.Equal(source.Token, connection.ConnectionClosed);
        Assert.Equal("added", connection.Features.Get<string>());
    }

    [Theory]
    [Transports]
    public async Task ConnectionId_OfEachConnection_IsItsOwn(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        var ids = new HashSet<string>();
        for (int i = 0; i < 20; i++)
            ids.Add((await harness.ConnectAsync()).Connection.ConnectionId);

        Assert.Equal(20, ids.Count);
        Assert.DoesNotContain("", ids);
    }

    [Theory]
    [Transports]
    public async Task MemoryPool_OfAConnection_RentsFromAnyThreadEvenAfterItsEnd(
        TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, _) = await harness.ConnectAsync();
        MemoryPool<byte> pool = connection.Features.Get<IMemoryPoolFeature>()!.MemoryPool;

        IMemoryOwner<byte>[] owners = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            i => Task.Run(() => pool.Rent(i % 2 == 0 ? -1 : 4096))));
        connection.Abort(new ConnectionAbortedException());
        await connection.DisposeAsync().Within();
        foreach (IMemoryOwner<byte> owner in owners)
            owner.Memory.Span.Fill(1);
        await Task.WhenAll(owners.Select(owner => Task.Run(owner.Dispose)));

        using IMemoryOwner<byte> next = pool.Rent();
        Assert.True(next.Memory.Length >= 4096);
    }
}
