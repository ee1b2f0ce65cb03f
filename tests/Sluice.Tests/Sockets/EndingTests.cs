using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class EndingTests
{
    [Theory]
    [Engines]
    public async Task CompleteOutput_WithUnsentBytes_SendsThemThenTheEndAndReadsOn(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(50_000);

        _ = await connection.Output.WriteAsync(sent).Within();
        await connection.Output.CompleteAsync();
        byte[] received = await peer.ReceiveToEndAsync();
        await peer.SendAsync("late");

        Assert.Equal(sent, received);
        Assert.Equal("late"u8.ToArray(), await connection.Input.TakeAsync(4));
        Assert.False(connection.Closed.IsCancellationRequested);
    }

    [Theory]
    [Engines]
    public async Task PeerFinishes_OurOutputGoesOn(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        peer.Finish();
        ReadResult end = await connection.Input.ReadAsync().Within();
        _ = await connection.Output.WriteAsync("late"u8.ToArray()).Within();

        Assert.True(end.IsCompleted);
        Assert.Equal("late", await peer.ReceiveTextAsync(4));
        Assert.False(connection.Closed.IsCancellationRequested);
    }

    [Theory]
    [Engines]
    public async Task CompleteOutput_WithAnException_ResetsThePeer(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await connection.Output.CompleteAsync(new InvalidDataException("half a message"));

        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task Closed_BothDirectionsEnded_IsCancelled(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        peer.Finish();
        await connection.Output.CompleteAsync();

        await connection.Closed.Cancelled();
        Assert.Empty(await peer.ReceiveToEndAsync());
    }

    [Theory]
    [Engines]
    public async Task Closed_PeerResets_IsCancelledAndReadsFail(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();

        peer.Reset();

        IOException failure = await Assert.ThrowsAnyAsync<IOException>(() => reading.Within());
        SocketException cause = Assert.IsType<SocketException>(failure.InnerException);
        Assert.Equal(SocketError.ConnectionReset, cause.SocketErrorCode);
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task Closed_CallbackThrows_HarmsNobody(Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, loggerFactory: log);
        (Connection connection, _) = await harness.ConnectAsync();
        using CancellationTokenRegistration registration =
            connection.Closed.Register(() => throw new InvalidOperationException("user code"));

        connection.Abort();

        await log.WaitForAsync(eventId: 16);
        await harness.PassTimeAsync();
    }

    [Theory]
    [Engines]
    public async Task Abort_ReadWaits_FailsItWithTheReasonAndResetsThePeer(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Task<ReadResult> reading = connection.Input.ReadAsync().AsTask();
        var reason = new InvalidDataException("bad request");

        connection.Abort(reason);
        connection.Abort(new InvalidDataException("too late"));

        IOException failure = await Assert.ThrowsAnyAsync<IOException>(() => reading.Within());
        Assert.Same(reason, failure.InnerException);
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        await connection.Closed.Cancelled();
        await Assert.ThrowsAnyAsync<IOException>(() => connection.Input.ReadAsync().Within());
    }

    [Theory]
    [Engines]
    public async Task Abort_FlushWaits_FailsIt(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, listenOptions: new ListenOptions { KernelSendBuffer = 16 * 1024 });
        (Connection connection, _) = await harness.ConnectAsync(16 * 1024);
        Task<FlushResult> flushing =
            connection.Output.WriteAsync(new byte[8 * 1024 * 1024]).AsTask();

        connection.Abort();

        await Assert.ThrowsAnyAsync<IOException>(() => flushing.Within());
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task Abort_ReceiveIsHeldBack_EndsTheConnection(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ReceiveWatermark = 4096);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync(new byte[64 * 1024]);
        await harness.PassTimeAsync();

        connection.Abort();

        await connection.Closed.Cancelled();
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task Abort_AfterDispose_DoesNothing(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await connection.DisposeAsync().Within();

        connection.Abort();

        Assert.Equal(SocketError.Success, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_UnsentBytesAndASlowPeer_SendsAllFirst(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            options => options.SendWatermark = 4 * 1024 * 1024,
            new ListenOptions { KernelSendBuffer = 16 * 1024 });
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(16 * 1024);
        byte[] sent = TestBytes.Create(1024 * 1024);

        _ = await connection.Output.WriteAsync(sent).Within();
        Task disposing = connection.DisposeAsync().AsTask();
        await harness.PassTimeAsync();
        bool isEarly = disposing.IsCompleted;
        byte[] received = await peer.ReceiveToEndAsync();

        Assert.False(isEarly);
        Assert.Equal(sent, received);
        await disposing.Within();
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_PeerIsSilent_EndsTheConnection(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await connection.DisposeAsync().Within();
        await connection.DisposeAsync().Within();

        Assert.Empty(await peer.ReceiveToEndAsync());
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_UnreadBytes_EndsTheConnection(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ReceiveWatermark = 4096);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync(new byte[64 * 1024]);
        await harness.PassTimeAsync();

        await connection.DisposeAsync().Within();

        await connection.Closed.Cancelled();
        Assert.NotEqual(SocketError.TimedOut, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task ServeAsync_HandlerThrows_AbortsItsConnectionOnly(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using SluiceRuntime runtime = EngineRun.Start(
            engine, scheduling, loggerFactory: log);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            async connection =>
            {
                byte[] request = await connection.Input.TakeAsync(1);
                if (request[0] == (byte)'x')
                    throw new InvalidDataException("a handler's failure");
                _ = await connection.Output.WriteAsync(request);
            });
        using RawPeer bad = await RawPeer.ConnectAsync(server.EndPoint);
        using RawPeer good = await RawPeer.ConnectAsync(server.EndPoint);

        await bad.SendAsync("x");
        SocketError badEnd = await bad.ReceiveErrorAsync();
        await good.SendAsync("y");

        Assert.Equal(SocketError.ConnectionReset, badEnd);
        Assert.Equal("y"u8.ToArray(), await good.ReceiveToEndAsync());
        await log.WaitForAsync(eventId: 2);
    }
}
