using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class ListenerTests
{
    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task DisposeAsync_AcceptsWait_TheyReturnNull(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        Task<Connection?>[] accepts =
            [.. Enumerable.Range(0, 3).Select(_ => harness.Listener.AcceptAsync().AsTask())];

        await harness.Listener.DisposeAsync().Within();

        Assert.All(await Task.WhenAll(accepts).Within(), Assert.Null);
        Assert.Null(await harness.Listener.AcceptAsync().Within());
        await harness.Listener.DisposeAsync().Within();
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_ConnectionsAreOpen_TheyGoOn(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await harness.Listener.DisposeAsync().Within();
        await peer.SendAsync("on");

        Assert.Equal("on"u8.ToArray(), await connection.Input.TakeAsync(2));
        await Assert.ThrowsAsync<SocketException>(
            () => RawPeer.ConnectAsync(harness.Listener.EndPoint));
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_NobodyAcceptedThem_TheyAreClosed(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, listenOptions: new ListenOptions { AcceptQueueMax = 2 });
        RawPeer[] peers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => RawPeer.ConnectAsync(harness.Listener.EndPoint)));

        await harness.Listener.DisposeAsync().Within();

        foreach (RawPeer peer in peers)
        {
            Assert.NotEqual(SocketError.TimedOut, await peer.ReceiveErrorAsync());
            peer.Dispose();
        }
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_Cancelled_ThrowsAndTheNextWorks(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        using var cancellation = new CancellationTokenSource();
        Task<Connection?> accepting =
            harness.Listener.AcceptAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.Within());
        _ = await harness.ConnectAsync();
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_MorePeersThanTheQueueTakes_AllAreAccepted(
        Engine engine, Scheduling scheduling)
    {
        const int Peers = 20;
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, listenOptions: new ListenOptions { AcceptQueueMax = 1 });
        RawPeer[] peers = await Task.WhenAll(
            Enumerable.Range(0, Peers)
                .Select(_ => RawPeer.ConnectAsync(harness.Listener.EndPoint)));

        var remotes = new HashSet<EndPoint>();
        for (int i = 0; i < Peers; i++)
        {
            Connection? connection = await harness.Listener.AcceptAsync().Within();
            Assert.NotNull(connection);
            remotes.Add(connection.RemoteEndPoint);
        }

        Assert.Equal(peers.Select(peer => peer.Socket.LocalEndPoint!).ToHashSet(), remotes);
        Array.ForEach(peers, static peer => peer.Dispose());
    }

    [Theory]
    [Engines]
    public async Task ConnectionsMax_Wait_TheNextWaitsForAnEnd(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ConnectionsMax = 2);
        (Connection first, _) = await harness.ConnectAsync();
        _ = await harness.ConnectAsync();
        using RawPeer third = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await third.SendAsync("hello");

        Task<Connection?> accepting = harness.Listener.AcceptAsync().AsTask();
        bool isEarly = accepting.IsCompleted;
        await first.DisposeAsync().Within();
        Connection? connection = await accepting.Within();

        Assert.False(isEarly);
        Assert.NotNull(connection);
        Assert.Equal("hello"u8.ToArray(), await connection.Input.TakeAsync(5));
    }

    [Theory]
    [Engines]
    public async Task ConnectionsMax_OutboundConnections_TakeNoPlace(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ConnectionsMax = 2);
        using Socket elsewhere = RawPeer.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using Connection outbound =
            await harness.Runtime.ConnectAsync(elsewhere.LocalEndPoint!).Within();

        // The first accept may be under way before the outbound connection could count.
        _ = await harness.ConnectAsync();
        (Connection accepted, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("in");

        Assert.Equal("in"u8.ToArray(), await accepted.Input.TakeAsync(2));
    }

    [Theory]
    [Engines]
    public async Task ConnectionsMax_Refuse_TheNextIsClosedUntilAnotherEnds(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            options =>
            {
                options.ConnectionsMax = 2;
                options.ConnectionLimitMode = ConnectionLimitMode.Refuse;
            },
            loggerFactory: log);
        (Connection first, _) = await harness.ConnectAsync();
        _ = await harness.ConnectAsync();
        using RawPeer third = await RawPeer.ConnectAsync(harness.Listener.EndPoint);

        _ = await third.ReceiveErrorAsync();
        await log.WaitForAsync(eventId: 13);
        await first.DisposeAsync().Within();

        (Connection fourth, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("in");
        Assert.Equal("in"u8.ToArray(), await fourth.Input.TakeAsync(2));
    }

    [Theory]
    [Engines]
    public async Task ConnectionsMax_SeveralListeners_ShareTheLimit(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            options =>
            {
                options.ConnectionsMax = 1;
                options.ConnectionLimitMode = ConnectionLimitMode.Refuse;
            });
        await using ConnectionListener other =
            await harness.Runtime.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0)).Within();
        _ = await harness.ConnectAsync();

        using RawPeer second = await RawPeer.ConnectAsync(other.EndPoint);

        Assert.NotEqual(SocketError.TimedOut, await second.ReceiveErrorAsync());
    }
}
