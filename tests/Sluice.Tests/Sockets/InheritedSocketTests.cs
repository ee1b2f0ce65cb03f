using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

/// <summary>Listening on sockets that somebody else has made.</summary>
[Trait("pitfall", "20")]
public sealed class InheritedSocketTests
{
    [Theory]
    [Engines(Inline = false)]
    public async Task ListenAsync_TcpSocket_AcceptsItsConnections(
        Engine engine, Scheduling scheduling)
    {
        using Socket socket = RawPeer.Listen(new IPEndPoint(IPAddress.Loopback, 0));

        await AssertEchoAsync(engine, scheduling, socket);
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task ListenAsync_UnixSocket_AcceptsItsConnections(
        Engine engine, Scheduling scheduling)
    {
        using Socket socket = RawPeer.Listen(
            new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}"));

        await AssertEchoAsync(engine, scheduling, socket);
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task ListenAsync_Options_ReachTheConnections(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket socket = RawPeer.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.False(socket.NoDelay = false);

        await using ConnectionListener listener = await runtime.ListenAsync(socket.SafeHandle);

        Assert.True(socket.NoDelay);
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task DisposeAsync_OfTheListener_LeavesTheSocketOpen(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using Socket socket = RawPeer.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        ConnectionListener listener = await runtime.ListenAsync(socket.SafeHandle);
        ValueTask<Connection?> pending = listener.AcceptAsync();

        await listener.DisposeAsync().Within();

        Assert.Null(await pending.Within());
        using RawPeer peer = await RawPeer.ConnectAsync(socket.LocalEndPoint!);
        using RawPeer other = await RawPeer.AcceptAsync(socket);
        await peer.SendAsync("on");
        Assert.Equal("on", await other.ReceiveTextAsync(2));
    }

    [Theory]
    [Engines(Inline = false)]
    [Trait("pitfall", "40")]
    public async Task DisposeAsync_OfTheHandleFirst_ClosesItOnlyAfterTheListener(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        Socket socket = RawPeer.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint address = socket.LocalEndPoint!;
        var handle = new SafeFileHandle(socket.Handle, ownsHandle: true);
        socket.SafeHandle.SetHandleAsInvalid();
        ConnectionListener listener = await runtime.ListenAsync(handle);

        handle.Dispose();
        using (RawPeer peer = await RawPeer.ConnectAsync(address))
        {
            Connection? connection = await listener.AcceptAsync().Within();
            Assert.NotNull(connection);
            await connection.DisposeAsync().Within();
        }

        await listener.DisposeAsync().Within();
        await Assert.ThrowsAsync<SocketException>(() => RawPeer.ConnectAsync(address));
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task ListenAsync_HandleOfAFile_ThrowsAndLeavesItOpen(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        using SafeFileHandle file = File.OpenHandle("/dev/null");

        await Assert.ThrowsAnyAsync<SocketException>(
            () => runtime.ListenAsync(file).AsTask());

        Assert.Equal(0, RandomAccess.Read(file, new byte[1], 0));
    }

    [Theory]
    [Engines(Inline = false)]
    public async Task ListenAsync_ClosedHandle_Throws(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        SafeHandle closed = File.OpenHandle("/dev/null");
        closed.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => runtime.ListenAsync(closed).AsTask());
    }

    private static async Task AssertEchoAsync(
        Engine engine, Scheduling scheduling, Socket socket)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionListener listener = await runtime.ListenAsync(socket.SafeHandle);
        Assert.Equal(socket.LocalEndPoint!.ToString(), listener.EndPoint.ToString());

        using RawPeer peer = await RawPeer.ConnectAsync(socket.LocalEndPoint);
        Connection? connection = await listener.AcceptAsync().Within();
        Assert.NotNull(connection);
        await peer.SendAsync("ping");
        _ = await connection.Output.WriteAsync(await connection.Input.TakeAsync(4)).Within();

        Assert.Equal("ping", await peer.ReceiveTextAsync(4));
        await connection.DisposeAsync().Within();
    }
}
