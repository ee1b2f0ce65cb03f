using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>UNIX sockets and inherited descriptors.</summary>
[Trait("pitfall", "20")]
public sealed class EndPointContractTests
{
    private static string NewPath() =>
        Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.sock");

    [Theory]
    [Transports]
    public async Task BindAsync_UnixPath_Echoes(TransportKind kind)
    {
        var endPoint = new UnixDomainSocketEndPoint(NewPath());
        await using var harness = await TransportHarness.StartAsync(kind, endPoint);

        Assert.Equal(endPoint.ToString(), harness.Listener.EndPoint.ToString());
        await AssertEchoAsync(harness);
    }

    [Theory]
    [Transports]
    public async Task BindAsync_UnixPathInUse_ThrowsWhatKestrelExplains(TransportKind kind)
    {
        var endPoint = new UnixDomainSocketEndPoint(NewPath());
        await using var harness = await TransportHarness.StartAsync(kind, endPoint);

        await Assert.ThrowsAsync<AddressInUseException>(
            () => harness.Factory.BindAsync(endPoint).AsTask());
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_UnixPath_RemovesTheFile(TransportKind kind)
    {
        string path = NewPath();
        await using var harness = await TransportHarness.StartAsync(
            kind, new UnixDomainSocketEndPoint(path));
        Assert.True(File.Exists(path));

        await harness.Listener.UnbindAsync().Within();

        Assert.False(File.Exists(path));
    }

    [Theory]
    [Transports]
    public async Task BindAsync_AbstractUnixName_Echoes(TransportKind kind)
    {
        var endPoint = new UnixDomainSocketEndPoint($"\0sluice-{Guid.NewGuid():N}");
        await using var harness = await TransportHarness.StartAsync(kind, endPoint);

        (ConnectionContext connection, _) = await harness.ConnectAsync();

        Assert.Equal(endPoint.ToString(), connection.LocalEndPoint!.ToString());
        await AssertEchoAsync(harness);
    }

    [Theory]
    [Transports]
    public async Task BindAsync_InheritedTcpSocket_AcceptsItsConnections(TransportKind kind)
    {
        Socket inherited = RawPeer.Listen(TransportHarness.AnyPort);
        EndPoint address = inherited.LocalEndPoint!;
        await using var harness = await TransportHarness.StartAsync(
            kind, Disown(inherited, FileHandleType.Tcp));

        Assert.Equal(address, harness.Listener.EndPoint);
        await AssertEchoAsync(harness);
    }

    [Theory]
    [Transports]
    public async Task BindAsync_InheritedSocketThatDoesNotListenYet_Listens(TransportKind kind)
    {
        var inherited = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        inherited.Bind(TransportHarness.AnyPort);
        await using var harness = await TransportHarness.StartAsync(
            kind, Disown(inherited, FileHandleType.Auto));

        await AssertEchoAsync(harness);
    }

    [Theory]
    [Transports]
    public async Task BindAsync_InheritedSocketWithWaitingConnections_AcceptsThem(
        TransportKind kind)
    {
        Socket inherited = RawPeer.Listen(TransportHarness.AnyPort);
        using RawPeer early = await RawPeer.ConnectAsync(inherited.LocalEndPoint!);
        await early.SendAsync("early");
        await using var harness = await TransportHarness.StartAsync(
            kind, Disown(inherited, FileHandleType.Auto));

        await using ConnectionContext? connection = await harness.Listener.AcceptAsync().Within();

        Assert.Equal("early"u8.ToArray(), await connection!.Transport.Input.TakeAsync(5));
    }

    [Theory]
    [Transports]
    public async Task BindAsync_InheritedUnixSocket_AcceptsItsConnections(TransportKind kind)
    {
        var endPoint = new UnixDomainSocketEndPoint(NewPath());
        Socket inherited = RawPeer.Listen(endPoint);
        await using var harness = await TransportHarness.StartAsync(
            kind, Disown(inherited, FileHandleType.Auto));

        Assert.Equal(endPoint.ToString(), harness.Listener.EndPoint.ToString());
        await AssertEchoAsync(harness);
        await harness.Listener.UnbindAsync().Within();

        // Who made the socket made the file, and its object deletes it when it is collected.
        Assert.True(File.Exists(endPoint.ToString()));
        GC.KeepAlive(inherited);
        File.Delete(endPoint.ToString());
    }

    [Theory]
    [Transports]
    public async Task UnbindAsync_InheritedSocket_LeavesItToTheNextListener(TransportKind kind)
    {
        using Socket inherited = RawPeer.Listen(TransportHarness.AnyPort);
        var endPoint = new FileHandleEndPoint((ulong)inherited.Handle, FileHandleType.Auto);
        await using var harness = await TransportHarness.StartAsync(kind, endPoint);
        _ = await harness.ConnectAsync();

        await harness.Listener.UnbindAsync().Within();
        await harness.Listener.DisposeAsync().Within();
        using RawPeer peer = await RawPeer.ConnectAsync(inherited.LocalEndPoint!);
        await peer.SendAsync("between");
        await using IConnectionListener second = await harness.Factory.BindAsync(endPoint);
        await using ConnectionContext? connection = await second.AcceptAsync().Within();

        Assert.Equal("between"u8.ToArray(), await connection!.Transport.Input.TakeAsync(7));
    }

    [Theory]
    [Transports]
    public async Task BindAsync_HandleThatIsNoSocket_Throws(TransportKind kind)
    {
        await using var harness = await TransportHarness.CreateAsync(kind);
        using var file = File.OpenHandle("/dev/null");
        ulong number = (ulong)file.DangerousGetHandle();

        await Assert.ThrowsAnyAsync<SocketException>(() => harness.Factory
            .BindAsync(new FileHandleEndPoint(number, FileHandleType.Auto)).AsTask());
        file.SetHandleAsInvalid();
    }

    // Leaves the descriptor open for whoever is told its number.
    private static FileHandleEndPoint Disown(Socket socket, FileHandleType type)
    {
        ulong number = (ulong)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        return new FileHandleEndPoint(number, type);
    }

    private static async Task AssertEchoAsync(TransportHarness harness)
    {
        (ConnectionContext connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] data = TestBytes.Create(10_000);
        await peer.SendAsync(data);
        byte[] received = await connection.Transport.Input.TakeAsync(data.Length);
        await connection.Transport.Output.WriteAsync(received).Within();
        Assert.Equal(data, await peer.ReceiveAsync(data.Length));
    }
}
