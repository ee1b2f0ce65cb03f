using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

[Trait("pitfall", "20")]
public sealed class EndPointTests
{
    [Theory]
    [Engines]
    public async Task ListenAsync_IPv4_TellsBothEnds(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);

        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        Assert.Equal(peer.Socket.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(peer.Socket.RemoteEndPoint, connection.LocalEndPoint);
        Assert.Same(connection.RemoteEndPoint, connection.RemoteEndPoint);
        Assert.Equal(harness.Listener.EndPoint, connection.LocalEndPoint);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_IPv6_TellsBothEnds(Engine engine, Scheduling scheduling)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, endPoint: new IPEndPoint(IPAddress.IPv6Loopback, 0));

        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        Assert.Equal(peer.Socket.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(peer.Socket.RemoteEndPoint, connection.LocalEndPoint);
        await AssertEchoAsync(connection, peer);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_IPv6Any_TakesIPv4AndMapsItsAddress(
        Engine engine, Scheduling scheduling)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, endPoint: new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)harness.Listener.EndPoint).Port;

        using RawPeer peer = await RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        Connection? connection = await harness.Listener.AcceptAsync().Within();

        Assert.NotNull(connection);
        var remote = Assert.IsType<IPEndPoint>(connection.RemoteEndPoint);
        Assert.True(remote.Address.IsIPv4MappedToIPv6);
        Assert.Equal(IPAddress.Loopback, remote.Address.MapToIPv4());
        Assert.Equal(((IPEndPoint)peer.Socket.LocalEndPoint!).Port, remote.Port);
        Assert.Contains("127.0.0.1", remote.ToString(), StringComparison.Ordinal);
        await AssertEchoAsync(connection, peer);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_IPv6AnyWithoutDualMode_RefusesIPv4(
        Engine engine, Scheduling scheduling)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            listenOptions: new ListenOptions { DualMode = false },
            endPoint: new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)harness.Listener.EndPoint).Port;

        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)));

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_UnixPath_CarriesBytesAndIsUnlinkedAtTheEnd(
        Engine engine, Scheduling scheduling)
    {
        string path = Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}");
        await using (var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, endPoint: new UnixDomainSocketEndPoint(path)))
        {
            (Connection first, _) = await harness.ConnectAsync();
            await first.DisposeAsync().Within();

            // The end of one connection must not take the listener's name away.
            (Connection second, RawPeer peer) = await harness.ConnectAsync();
            await AssertEchoAsync(second, peer);
            Assert.Equal(path, second.LocalEndPoint.ToString());
            Assert.Equal(string.Empty, second.RemoteEndPoint.ToString());
            Assert.True(File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_UnixAbstractName_CarriesBytes(
        Engine engine, Scheduling scheduling)
    {
        var name = new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}");
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, endPoint: name);

        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        Assert.Equal(name, harness.Listener.EndPoint);
        Assert.Equal(name, connection.LocalEndPoint);
        await AssertEchoAsync(connection, peer);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_UnixPathInUse_LeavesTheFileAlone(
        Engine engine, Scheduling scheduling)
    {
        var endPoint = new UnixDomainSocketEndPoint(
            Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}"));
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, endPoint: endPoint);

        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => harness.Runtime.ListenAsync(endPoint).Within());

        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await AssertEchoAsync(connection, peer);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24a")]
    public async Task EndPoints_PeerResetBeforeTheAccept_AreThere(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        EndPoint? peerEndPoint;
        using (RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint))
        {
            peerEndPoint = peer.Socket.LocalEndPoint;
            peer.Reset();
        }

        Connection? connection = await harness.Listener.AcceptAsync().Within();

        Assert.NotNull(connection);
        Assert.Equal(harness.Listener.EndPoint, connection.LocalEndPoint);
        Assert.IsType<IPEndPoint>(connection.RemoteEndPoint);
        await connection.Closed.Cancelled();
        Assert.NotNull(connection.RemoteEndPoint);
        Assert.NotNull(peerEndPoint);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_AddressInUse_ThrowsWhatTheKernelSays(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);

        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => harness.Runtime.ListenAsync(harness.Listener.EndPoint).Within());

        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_ReusePort_SharesThePort(Engine engine, Scheduling scheduling)
    {
        var options = new ListenOptions { ReusePort = true };
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, listenOptions: options);

        await using ConnectionListener second =
            await harness.Runtime.ListenAsync(harness.Listener.EndPoint, options).Within();

        Assert.Equal(harness.Listener.EndPoint, second.EndPoint);
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_DnsEndPoint_IsNotSupported(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);

        await Assert.ThrowsAsync<NotSupportedException>(
            () => runtime.ListenAsync(new DnsEndPoint("localhost", 0)).Within());
    }

    private static async Task AssertEchoAsync(Connection connection, RawPeer peer)
    {
        await peer.SendAsync("ping");
        _ = await connection.Output.WriteAsync(await connection.Input.TakeAsync(4)).Within();
        Assert.Equal("ping", await peer.ReceiveTextAsync(4));
    }
}
