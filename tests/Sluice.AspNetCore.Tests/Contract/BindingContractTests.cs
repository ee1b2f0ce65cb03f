using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>What Kestrel expects of binding, accepting and unbinding.</summary>
public sealed class BindingContractTests
{
    [Theory]
    [Transports]
    public async Task BindAsync_PortZero_TellsThePortThatTheKernelChose(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        var endPoint = Assert.IsType<IPEndPoint>(harness.Listener.EndPoint);

        Assert.NotEqual(0, endPoint.Port);
        Assert.Equal(IPAddress.Loopback, endPoint.Address);
        _ = await harness.ConnectAsync();
    }

    [Theory]
    [Transports]
    [Trait("pitfall", "20")]
    public async Task BindAsync_IPv6Any_TakesIPv4AsAMappedAddress(TransportKind kind)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var harness = await TransportHarness.StartAsync(
            kind, new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)harness.Listener.EndPoint).Port;

        using RawPeer peer = await RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await using ConnectionContext? connection = await harness.Listener.AcceptAsync().Within();

        var remote = Assert.IsType<IPEndPoint>(connection!.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback.MapToIPv6(), remote.Address);
        Assert.Equal(((IPEndPoint)peer.Socket.LocalEndPoint!).Port, remote.Port);
    }

    [Theory]
    [Transports]
    [Trait("pitfall", "20")]
    public async Task BindAsync_IPv6Loopback_TakesNoIPv4(TransportKind kind)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var harness = await TransportHarness.StartAsync(
            kind, new IPEndPoint(IPAddress.IPv6Loopback, 0));
        int port = ((IPEndPoint)harness.Listener.EndPoint).Port;

        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);
        await using ConnectionContext? connection = await harness.Listener.AcceptAsync().Within();

        Assert.Equal(peer.Socket.LocalEndPoint, connection!.RemoteEndPoint);
        await Assert.ThrowsAsync<SocketException>(
            () => RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)));
    }

    [Theory]
    [Transports]
    public async Task BindAsync_AddressInUse_ThrowsWhatKestrelExplains(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await Assert.ThrowsAsync<AddressInUseException>(
            () => harness.Factory.BindAsync(harness.Listener.EndPoint).AsTask());
    }

    [Theory]
    [Transports]
    public async Task BindAsync_AddressOfAnotherMachine_TellsTheSocketError(TransportKind kind)
    {
        await using var harness = await TransportHarness.CreateAsync(kind);
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);

        var failure = await Assert.ThrowsAsync<SocketException>(
            () => harness.Factory.BindAsync(elsewhere).AsTask());

        Assert.Equal(SocketError.AddressNotAvailable, failure.SocketErrorCode);
    }

    [Theory]
    [Transports]
    public async Task CanBind_EveryKindOfAddress_SaysWhatBindAsyncTakes(TransportKind kind)
    {
        await using var harness = await TransportHarness.CreateAsync(kind);
        var selector = Assert.IsAssignableFrom<IConnectionListenerFactorySelector>(
            harness.Factory);

        Assert.True(selector.CanBind(TransportHarness.AnyPort));
        Assert.True(selector.CanBind(new UnixDomainSocketEndPoint("/x")));
        Assert.True(selector.CanBind(new FileHandleEndPoint(3, FileHandleType.Auto)));
        Assert.False(selector.CanBind(new DnsEndPoint("localhost", 80)));
    }

    [Theory]
    [Transports]
    public async Task BindAsync_SeveralListeners_EachHasItsOwnConnections(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        await using IConnectionListener second =
            await harness.Factory.BindAsync(TransportHarness.AnyPort);

        using RawPeer peer = await RawPeer.ConnectAsync(second.EndPoint);
        await using ConnectionContext? connection = await second.AcceptAsync().Within();

        Assert.Equal(second.EndPoint, connection!.LocalEndPoint);
        Assert.NotEqual(harness.Listener.EndPoint, connection.LocalEndPoint);
    }

    [Theory]
    [Transports]
    public async Task AcceptAsync_PendingAtUnbind_ReturnsNull(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        ValueTask<ConnectionContext?> pending = harness.Listener.AcceptAsync();

        await harness.Listener.UnbindAsync().Within();

        Assert.Null(await pending.Within());
    }

    [Theory]
    [Transports]
    public async Task AcceptAsync_AfterUnbind_ReturnsNull(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await harness.Listener.UnbindAsync().Within();

        Assert.Null(await harness.Listener.AcceptAsync().Within());
    }

    [Theory]
    [Transports]
    public async Task AcceptAsync_AfterDispose_ReturnsNull(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await harness.Listener.DisposeAsync().Within();

        Assert.Null(await harness.Listener.AcceptAsync().Within());
    }

    [Theory]
    [Transports]
    public async Task AcceptAsync_TokenCancelled_Throws(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        using var source = new CancellationTokenSource();
        ValueTask<ConnectionContext?> pending = harness.Listener.AcceptAsync(source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.Within());
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_Again_DoesNothing(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);

        await harness.Listener.UnbindAsync().Within();
        await harness.Listener.UnbindAsync().Within();
        await harness.Listener.DisposeAsync().Within();
        await harness.Listener.DisposeAsync().Within();

        Assert.Null(await harness.Listener.AcceptAsync().Within());
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_Done_TheAddressIsFreeAtOnce(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        EndPoint endPoint = harness.Listener.EndPoint;
        _ = await harness.ConnectAsync();

        await harness.Listener.UnbindAsync().Within();
        await using IConnectionListener second = await harness.Factory.BindAsync(endPoint);

        Assert.Equal(endPoint, second.EndPoint);
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_WithConnections_TheyGoOn(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();

        await harness.Listener.UnbindAsync().Within();
        await peer.SendAsync("ping");
        byte[] received = await connection.Transport.Input.TakeAsync(4);
        await connection.Transport.Output.WriteAsync(received).Within();

        Assert.Equal("ping", await peer.ReceiveTextAsync(4));
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_ConnectionsThatNobodyAccepted_AreReset(TransportKind kind)
    {
        await using var harness = await TransportHarness.StartAsync(kind);
        using RawPeer peer = await RawPeer.ConnectAsync(harness.Listener.EndPoint);

        await harness.Listener.UnbindAsync().Within();

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Transports(OnlySluice = true)]
    public async Task BindAsync_AfterTheContainerIsGone_Throws(TransportKind kind)
    {
        var harness = await TransportHarness.StartAsync(kind);
        await harness.DisposeAsync();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(
            () => harness.Factory.BindAsync(TransportHarness.AnyPort).AsTask());
    }
}
