using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class ConnectingTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [Engines]
    public async Task ConnectAsync_SomebodyListens_CarriesBytesBothWays(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket listener = RawPeer.Listen(AnyPort);

        await using Connection connection =
            await runtime.ConnectAsync(listener.LocalEndPoint!).Within();
        using RawPeer peer = await RawPeer.AcceptAsync(listener);
        _ = await connection.Output.WriteAsync("to"u8.ToArray()).Within();
        await peer.SendAsync("from");

        Assert.Equal("to", await peer.ReceiveTextAsync(2));
        Assert.Equal("from"u8.ToArray(), await connection.Input.TakeAsync(4));
        Assert.Equal(peer.Socket.RemoteEndPoint, connection.LocalEndPoint);
        Assert.Equal(listener.LocalEndPoint, connection.RemoteEndPoint);
        Assert.Equal(engine, connection.Engine);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_BothEndsAreOurs_CarriesBytesBothWays(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer server = await runtime.ServeAsync(
            AnyPort, connection => connection.Input.CopyToAsync(connection.Output));
        byte[] sent = TestBytes.Create(300_000);

        await using Connection client = await runtime.ConnectAsync(server.EndPoint).Within();
        Task writing = Task.Run(async () =>
        {
            _ = await client.Output.WriteAsync(sent).Within();
            await client.Output.CompleteAsync();
        });
        byte[] received = await client.Input.TakeToEndAsync();
        await writing.Within();

        Assert.Equal(sent, received);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "20")]
    public async Task ConnectAsync_UnixName_CarriesBytes(Engine engine, Scheduling scheduling)
    {
        var name = new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}");
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket listener = RawPeer.Listen(name);

        await using Connection connection = await runtime.ConnectAsync(name).Within();
        using RawPeer peer = await RawPeer.AcceptAsync(listener);
        _ = await connection.Output.WriteAsync("to"u8.ToArray()).Within();

        Assert.Equal("to", await peer.ReceiveTextAsync(2));
        Assert.Equal(name, connection.RemoteEndPoint);
        Assert.NotNull(connection.LocalEndPoint);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_NobodyListens_ThrowsConnectionRefused(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);

        // Bound and not listening: nobody else can take the port meanwhile.
        using var bound = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(AnyPort);

        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => runtime.ConnectAsync(bound.LocalEndPoint!).Within());

        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_Cancelled_Throws(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket full = await ListenWithAFullBacklogAsync();
        using var cancellation = new CancellationTokenSource();

        Task<Connection> connecting = runtime
            .ConnectAsync(full.LocalEndPoint!, cancellationToken: cancellation.Token).AsTask();
        bool isEarly = connecting.IsCompleted;
        await cancellation.CancelAsync();

        Assert.False(isEarly);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_CancelledBefore_Throws(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket listener = RawPeer.Listen(AnyPort);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runtime.ConnectAsync(
            listener.LocalEndPoint!,
            cancellationToken: new CancellationToken(canceled: true)).Within());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task ConnectAsync_RuntimeStops_Throws(Engine engine, Scheduling scheduling)
    {
        SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using (runtime)
        {
            using Socket full = await ListenWithAFullBacklogAsync();
            Task<Connection> connecting = runtime.ConnectAsync(full.LocalEndPoint!).AsTask();

            await runtime.DisposeAsync().Within();

            await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting.Within());
        }
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_LocalEndPoint_IsUsed(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket listener = RawPeer.Listen(AnyPort);
        var local = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0);

        await using Connection connection = await runtime.ConnectAsync(
            listener.LocalEndPoint!, new ConnectOptions { LocalEndPoint = local }).Within();

        Assert.Equal(local.Address, ((IPEndPoint)connection.LocalEndPoint).Address);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_Name_ConnectsToTheAddressThatAnswers(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket listener = RawPeer.Listen(AnyPort);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        await using Connection connection =
            await runtime.ConnectAsync(new DnsEndPoint("localhost", port)).Within();

        Assert.Equal(listener.LocalEndPoint, connection.RemoteEndPoint);
    }

    [Theory]
    [Engines]
    public async Task ConnectAsync_NameThatNobodyHas_Throws(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);

        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => runtime.ConnectAsync(new DnsEndPoint("nobody.invalid", 1)).Within());

        Assert.NotEqual(SocketError.Success, failure.SocketErrorCode);
    }

    // Linux completes backlog + 1 connections; the handshakes of further ones stay unanswered.
    private static async Task<Socket> ListenWithAFullBacklogAsync()
    {
        var listener = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(AnyPort);
        listener.Listen(0);
        _ = await RawPeer.ConnectAsync(listener.LocalEndPoint!);
        return listener;
    }
}
