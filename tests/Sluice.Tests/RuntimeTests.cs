using System.Net;
using System.Net.Sockets;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;
using Sluice.Uring;

namespace Sluice.Tests;

public sealed class RuntimeTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [Engines]
    [Trait("pitfall", "24")]
    public async Task DisposeAsync_AnotherRuntimeRuns_ItGoesOn(
        Engine engine, Scheduling scheduling)
    {
        await using var first = await ConnectionHarness.StartAsync(engine, scheduling);
        await using var second = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ReactorCount = 1);
        (Connection connection, RawPeer peer) = await first.ConnectAsync();
        _ = await second.ConnectAsync();

        await second.DisposeAsync();
        await peer.SendAsync("on");

        Assert.Equal("on"u8.ToArray(), await connection.Input.TakeAsync(2));
        await first.PassTimeAsync();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24")]
    public async Task ListenAsync_SeveralEndPoints_ServeAtOnce(
        Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        var servers = new List<ConnectionServer>();
        for (int i = 0; i < 4; i++)
        {
            servers.Add(await runtime.ServeAsync(
                AnyPort, connection => connection.Input.CopyToAsync(connection.Output)));
        }

        foreach (ConnectionServer server in servers)
        {
            using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
            await peer.SendAsync("ping");
            Assert.Equal("ping", await peer.ReceiveTextAsync(4));
            await server.DisposeAsync().Within();
        }
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task DisposeAsync_ConnectionEndsInTime_NothingIsLost(
        Engine engine, Scheduling scheduling)
    {
        byte[] reply = TestBytes.Create(500_000);
        SluiceRuntime runtime = EngineRun.Start(
            engine, scheduling, options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        ConnectionServer server = await runtime.ServeAsync(
            AnyPort,
            async connection =>
            {
                _ = await connection.Input.TakeAsync(1);
                _ = await connection.Output.WriteAsync(reply);
            });
        using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
        using RawPeer proof = await RawPeer.ConnectAsync(server.EndPoint);
        await proof.SendAsync("x");
        _ = await proof.ReceiveToEndAsync();
        await server.DisposeAsync().Within();

        Task stopping = runtime.DisposeAsync().AsTask();
        bool isEarly = stopping.IsCompleted;
        await peer.SendAsync("x");
        byte[] received = await peer.ReceiveToEndAsync();

        Assert.False(isEarly);
        Assert.Equal(reply, received);
        await stopping.Within();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task DisposeAsync_ConnectionStaysPastTheDeadline_IsAborted(
        Engine engine, Scheduling scheduling)
    {
        using var log = new LogCollector();
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, loggerFactory: log);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Task reading = connection.Input.ReadAsync().AsTask();

        await harness.Runtime.DisposeAsync().Within();

        await Assert.ThrowsAnyAsync<IOException>(() => reading.Within());
        Assert.Equal(SocketError.ConnectionReset, await peer.ReceiveErrorAsync());
        await log.WaitForAsync(eventId: 14);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "21")]
    public async Task DisposeAsync_ListenerIsLeft_ItsAcceptsReturnNull(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        Task<Connection?> accepting = harness.Listener.AcceptAsync().AsTask();

        await harness.Runtime.DisposeAsync().Within();

        Assert.Null(await accepting.Within());
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_FromUserCodeOfAConnection_Completes(
        Engine engine, Scheduling scheduling)
    {
        // Inline, the code after the read runs on the reactor that is to be stopped.
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        async Task UserAsync()
        {
            _ = await connection.Input.ReadAsync();
            await harness.Runtime.DisposeAsync();
        }

        Task user = UserAsync();
        await peer.SendAsync("stop");

        await user.Within();
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_Again_DoesNothing(Engine engine, Scheduling scheduling)
    {
        SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await runtime.DisposeAsync().Within();

        await runtime.DisposeAsync().Within();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => runtime.ListenAsync(AnyPort).Within());
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => runtime.ConnectAsync(AnyPort).Within());
    }

    [Theory]
    [Engines(Inline = false)]
    [Trait("pitfall", "23")]
    public async Task ServeAsync_HandlersBlock_OthersAreServed(
        Engine engine, Scheduling scheduling)
    {
        const int Blocked = 4;
        using var unblock = new ManualResetEventSlim();
        using var blocked = new SemaphoreSlim(0);
        await using SluiceRuntime runtime = EngineRun.Start(
            engine, scheduling, options => options.ReactorCount = 1);
        await using ConnectionServer server = await runtime.ServeAsync(
            AnyPort,
            async connection =>
            {
                byte[] request = await connection.Input.TakeAsync(1);
                if (request[0] == (byte)'b')
                {
                    blocked.Release();
                    Assert.True(unblock.Wait(Patience.Limit));
                }

                _ = await connection.Output.WriteAsync(request);
            });
        RawPeer[] stuck = await Task.WhenAll(
            Enumerable.Range(0, Blocked).Select(_ => RawPeer.ConnectAsync(server.EndPoint)));
        foreach (RawPeer peer in stuck)
        {
            await peer.SendAsync("b");
            Assert.True(await blocked.WaitAsync(Patience.Limit));
        }

        using RawPeer other = await RawPeer.ConnectAsync(server.EndPoint);
        await other.SendAsync("a");
        byte[] reply = await other.ReceiveToEndAsync();
        unblock.Set();

        Assert.Equal("a"u8.ToArray(), reply);
        foreach (RawPeer peer in stuck)
        {
            Assert.Equal("b"u8.ToArray(), await peer.ReceiveToEndAsync());
            peer.Dispose();
        }
    }

    [Fact]
    public void Start_OptionOutOfRange_Throws()
    {
        Action<SluiceOptions>[] mistakes =
        [
            options => options.Engine = (Engine)9,
            options => options.Scheduling = (Scheduling)9,
            options => options.ConnectionLimitMode = (ConnectionLimitMode)9,
            options => options.ReactorCount = -1,
            options => options.ReceiveBufferSize = 1000,
            options => options.ReceiveBufferSize = 256,
            options => options.ReceiveBuffersMax = 3,
            options => options.ReceiveBuffersMax = 65536,
            options => options.ReceiveWatermark = 0,
            options => options.SendWatermark = 0,
            options => options.ConnectionsMax = -1,
            options => options.ShutdownTimeout = TimeSpan.FromSeconds(-2),
        ];

        Assert.All(mistakes, mistake =>
        {
            var options = new SluiceOptions { Engine = Engine.Sockets };
            mistake(options);
            Assert.Throws<ArgumentException>(() => SluiceRuntime.Start(options));
        });
    }

    [Theory]
    [Engines]
    public async Task ListenAsync_OptionOutOfRange_Throws(Engine engine, Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        ListenOptions[] mistakes =
        [
            new() { Backlog = 0 },
            new() { AcceptQueueMax = 0 },
            new() { KeepAlive = TimeSpan.FromMilliseconds(10) },
            new() { KernelReceiveBuffer = 0 },
            new() { KernelSendBuffer = -1 },
        ];

        foreach (ListenOptions mistake in mistakes)
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
                () => runtime.ListenAsync(AnyPort, mistake).Within());
        }
    }

    [Theory]
    [InlineData(Scheduling.ThreadPool)]
    [InlineData(Scheduling.Inline)]
    [Trait("pitfall", "21")]
    public async Task DisposeAsync_OperationsOfTheUserInFlight_EndsThem(Scheduling scheduling)
    {
        await using SluiceRuntime runtime = EngineRun.Start(Engine.Uring, scheduling);
        Reactor reactor = runtime.Reactors[0];
        using var silent = new Socket(SocketType.Dgram, ProtocolType.Udp);
        Task delay = reactor.DelayAsync(TimeSpan.FromDays(1)).AsTask();
        Task<int> poll = reactor.SubmitAsync(
            static (submission, state) =>
                submission.PreparePollAdd((int)((Socket)state!).Handle, PollEvents.Readable),
            silent).AsTask();

        await runtime.DisposeAsync().Within();

        await Assert.ThrowsAsync<OperationCanceledException>(() => delay).Within();
        Assert.Equal(-(int)Errno.ECANCELED, await poll.Within());
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => reactor.DelayAsync(TimeSpan.Zero).AsTask()).Within();
    }
}
