using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Sockets.ProxyProtocol;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets.ProxyProtocol;

/// <summary>The header on raw listeners.</summary>
public sealed class ProxyListenerTests
{
    private const int RefusedFirst = 17;
    private const int Refused = 18;

    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:50123");
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.9:443");

    [Theory]
    [Engines]
    public async Task AcceptAsync_Header_GivesTheClientAndTheDataBehindIt(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(engine, scheduling);
        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await peer.SendAsync((byte[])[.. ProxyHeaderBytes.Tcp(Client, Server), .. "data"u8]);

        await using Connection? connection = await harness.Listener.AcceptAsync().Within();

        Assert.Equal(Client, connection!.RemoteEndPoint);
        Assert.Equal(Server, connection.LocalEndPoint);
        Assert.Equal("data"u8.ToArray(), await connection.Input.TakeAsync(4));
        IProxyProtocolFeature proxy = connection.ProxyProtocol!;
        Assert.Equal(peer.Socket.LocalEndPoint, proxy.ProxyEndPoint);
        Assert.Equal(harness.Listener.EndPoint, proxy.SocketEndPoint);
        await EchoAsync(connection, peer);
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task AcceptAsync_HeaderByteByByte_IsTakenAtItsLastByte(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(engine, scheduling);
        foreach (byte[] header in (byte[][])
            [
                ProxyHeaderBytes.Line("PROXY TCP4 192.0.2.7 198.51.100.9 50123 443"),
                ProxyHeaderBytes.Tcp(Client, Server, ProxyHeaderBytes.Tlv(5, 1, 2, 3)),
            ])
        {
            using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
            ValueTask<Connection?> accept = harness.Listener.AcceptAsync();
            for (int i = 0; i < header.Length; i++)
            {
                Assert.False(accept.IsCompleted);
                await peer.SendAsync(header.AsMemory(i, 1));
            }

            await using Connection? connection = await accept.Within();
            Assert.Equal(Client, connection!.RemoteEndPoint);
            await EchoAsync(connection, peer);
        }
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_Local_KeepsTheAddressesOfTheSocket(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(engine, scheduling);
        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await peer.SendAsync(ProxyHeaderBytes.Binary(0x20, 0));

        await using Connection? connection = await harness.Listener.AcceptAsync().Within();

        Assert.Equal(peer.Socket.LocalEndPoint, connection!.RemoteEndPoint);
        Assert.Equal(harness.Listener.EndPoint, connection.LocalEndPoint);
        Assert.True(connection.ProxyProtocol!.Header.IsLocal);
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_Malformed_IsResetAndLoggedOnceAsAWarning(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using ConnectionHarness harness = await StartAsync(engine, scheduling, log: log);
        for (int i = 0; i < 2; i++)
        {
            using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
            await peer.SendAsync("GET / HTTP/1.1\r\n\r\n");
            Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        }

        await log.WaitForAsync(Refused);
        (int _, string line) = Assert.Single(log.Lines, line => line.EventId == RefusedFirst);
        Assert.Contains("malformed (NoSignature)", line, StringComparison.Ordinal);
        await AssertServesAsync(harness);
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_UntrustedPeer_IsRefusedUnread(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using ConnectionHarness harness = await StartAsync(
            engine, scheduling, proxy => Trust(proxy, "192.0.2.0/24"), log);

        await AssertIsClosedAsync(harness.Listener.EndPoint);

        await log.WaitForAsync(RefusedFirst);
        Assert.Contains(log.Lines, line => line.Message.Contains("in no trusted network"));
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_UntrustedPeerThatMayPass_KeepsItsBytes(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(
            engine,
            scheduling,
            proxy =>
            {
                Trust(proxy, "192.0.2.0/24");
                proxy.UntrustedPeers = UntrustedPeerMode.PassThrough;
            });
        byte[] header = ProxyHeaderBytes.Tcp(Client, Server);
        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await peer.SendAsync(header);

        await using Connection? connection = await harness.Listener.AcceptAsync().Within();

        Assert.Equal(peer.Socket.LocalEndPoint, connection!.RemoteEndPoint);
        Assert.Null(connection.ProxyProtocol);
        Assert.Equal(header, await connection.Input.TakeAsync(header.Length));
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_SlowHeader_IsRefusedAndDelaysNobody(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        var time = new ManualTime();
        await using ConnectionHarness harness = await StartAsync(
            engine,
            scheduling,
            proxy =>
            {
                Trust(proxy, "127.0.0.0/8");
                proxy.TimeProvider = time;
                proxy.HeaderTimeout = TimeSpan.FromSeconds(3);
            },
            log);
        using RawPeer slow = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await slow.SendAsync("PROXY TCP4 ");
        await time.TimerIsSetAsync();
        await AssertServesAsync(harness);

        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(SocketError.ConnectionReset, await slow.ReceiveErrorAsync());
        await log.WaitForAsync(RefusedFirst);
        Assert.Contains(log.Lines, line => line.Message.Contains("took too long"));
    }

    [Theory]
    [Engines]
    public async Task AcceptAsync_PeerLeavesBeforeItsHeader_IsNoWarning(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using ConnectionHarness harness = await StartAsync(engine, scheduling, log: log);
        using (RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint))
            await peer.SendAsync("PROXY");

        await log.WaitForAsync(Refused);
        Assert.DoesNotContain(log.Lines, line => line.EventId == RefusedFirst);
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_HeadersAndAcceptsWait_EndsThem(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(engine, scheduling);
        using RawPeer half = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await half.SendAsync("PROXY ");
        await AssertServesAsync(harness);
        ValueTask<Connection?> accept = harness.Listener.AcceptAsync();

        await harness.Listener.DisposeAsync().Within();

        Assert.Null(await accept.Within());
        Assert.Null(await harness.Listener.AcceptAsync().Within());
        Assert.Equal(SocketError.ConnectionReset, await half.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_NobodyHasAccepted_ClosesConnections(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(
            engine, scheduling, acceptQueueMax: 2);
        var peers = new List<RawPeer>();
        for (int i = 0; i < 5; i++)
        {
            peers.Add(await RawPeer.ConnectAsync(harness.Listener.EndPoint));
            await peers[i].SendAsync(ProxyHeaderBytes.Tcp(Client, Server));
        }

        await harness.Listener.DisposeAsync().Within();

        foreach (RawPeer peer in peers)
        {
            _ = await peer.ReceiveErrorAsync();
            peer.Dispose();
        }
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task AcceptAsync_MorePeersThanPlaces_AllComeInTheEnd(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(
            engine, scheduling, acceptQueueMax: 2);
        var peers = new List<RawPeer>();
        for (int i = 0; i < 8; i++)
        {
            peers.Add(await RawPeer.ConnectAsync(harness.Listener.EndPoint));
            await peers[i].SendAsync(ProxyHeaderBytes.Tcp(new(Client.Address, i), Server));
        }

        var ports = new HashSet<int>();
        for (int i = 0; i < peers.Count; i++)
        {
            await using Connection? connection = await harness.Listener.AcceptAsync().Within();
            ports.Add(((IPEndPoint)connection!.RemoteEndPoint).Port);
        }

        Assert.Equal([.. Enumerable.Range(0, 8)], ports.Order());
        peers.ForEach(peer => peer.Dispose());
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task AcceptAsync_UnixSocketAndMappedAddress_AreTrustedAsTold(
        Engine engine, Scheduling scheduling)
    {
        EngineRun.SkipUnlessUsable(engine);
        foreach (EndPoint endPoint in (EndPoint[])
            [
                new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}"),
                new IPEndPoint(IPAddress.IPv6Any, 0),
            ])
        {
            await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
            await using ConnectionListener listener = await runtime.ListenAsync(
                endPoint,
                new ListenOptions().UseProxyProtocol(proxy =>
                {
                    Trust(proxy, "127.0.0.0/8");
                    proxy.TrustUnixSockets = true;
                }));
            EndPoint address = listener.EndPoint is IPEndPoint ip
                ? new IPEndPoint(IPAddress.Loopback, ip.Port)
                : endPoint;
            using RawPeer peer = await RawPeer.ConnectAsync(address);
            await peer.SendAsync(ProxyHeaderBytes.Tcp(Client, Server));

            await using Connection? connection = await listener.AcceptAsync().Within();

            Assert.Equal(Client, connection!.RemoteEndPoint);
        }
    }

    [Fact]
    public void UseProxyProtocol_NobodyIsTrusted_Throws()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => new ListenOptions().UseProxyProtocol(_ => { }));

        Assert.Contains("TrustedNetworks is empty", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Action<ProxyProtocolOptions>, string> Invalid => new()
    {
        { proxy => proxy.HeaderTimeout = TimeSpan.Zero, "HeaderTimeout is 00:00:00" },
        { proxy => proxy.HeaderBytesMax = 535, "HeaderBytesMax is 535" },
        { proxy => proxy.HeaderBytesMax = 65_552, "HeaderBytesMax is 65552" },
        { proxy => proxy.TlvsMax = -1, "TlvsMax is -1" },
        { proxy => proxy.UntrustedPeers = (UntrustedPeerMode)2, "UntrustedPeers is 2" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void UseProxyProtocol_OutOfRange_NamesTheOption(
        Action<ProxyProtocolOptions> change, string message)
    {
        var failure = Assert.Throws<ArgumentException>(
            () => new ListenOptions().UseProxyProtocol(proxy =>
            {
                Trust(proxy, "127.0.0.0/8");
                change(proxy);
            }));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static Task<ConnectionHarness> StartAsync(
        Engine engine,
        Scheduling scheduling,
        Action<ProxyProtocolOptions>? configure = null,
        LogCollector? log = null,
        int acceptQueueMax = 256) =>
        ConnectionHarness.StartAsync(
            engine,
            scheduling,
            listenOptions: new ListenOptions { AcceptQueueMax = acceptQueueMax }
                .UseProxyProtocol(configure ?? (static proxy => Trust(proxy, "127.0.0.0/8"))),
            loggerFactory: log);

    private static void Trust(ProxyProtocolOptions proxy, string network) =>
        proxy.TrustedNetworks.Add(IPNetwork.Parse(network));

    // So soon that the peer may learn of it while it connects.
    private static async Task AssertIsClosedAsync(EndPoint endPoint)
    {
        try
        {
            using RawPeer peer = await RawPeer.ConnectAsync(endPoint);
            Assert.Empty(await peer.ReceiveToEndAsync());
        }
        catch (SocketException failure)
        {
            Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        }
    }

    private static async Task AssertServesAsync(ConnectionHarness harness)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await peer.SendAsync(ProxyHeaderBytes.Tcp(Client, Server));
        await using Connection? connection = await harness.Listener.AcceptAsync().Within();
        await EchoAsync(connection!, peer);
    }

    private static async Task EchoAsync(Connection connection, RawPeer peer)
    {
        await peer.SendAsync("ping");
        byte[] received = await connection.Input.TakeAsync(4);
        _ = await connection.Output.WriteAsync(received).Within();
        Assert.Equal("ping", await peer.ReceiveTextAsync(4));
    }
}
