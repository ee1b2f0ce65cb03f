using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class WritingTests
{
    private const int SmallKernelBuffer = 16 * 1024;
    private const int Watermark = 32 * 1024;

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task FlushAsync_EightMebibytesAndASlowReader_ArriveIntact(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(8 * 1024 * 1024);

        Task<FlushResult> flushing = connection.Output.WriteAsync(sent).AsTask();
        await harness.PassTimeAsync();
        bool isEarly = flushing.IsCompleted;
        byte[] received = await peer.ReceiveAsync(sent.Length);

        Assert.False(isEarly);
        Assert.False((await flushing.Within()).IsCanceled);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task FlushAsync_RandomPieces_ArriveIntactAndInOrder(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(3 * 1024 * 1024);

        Task writing = Task.Run(async () =>
        {
            Random source = TestBytes.Source(7);
            ReadOnlyMemory<byte> rest = sent;
            while (!rest.IsEmpty)
            {
                int length = Math.Min(rest.Length, source.Next(1, 40_000));
                connection.Output.Write(rest.Span[..length]);
                rest = rest[length..];
                if (source.Next(3) != 0)
                    _ = await connection.Output.FlushAsync().Within();
            }

            await connection.Output.CompleteAsync();
        });
        byte[] received = await peer.ReceiveToEndAsync();
        await writing.Within();

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task FlushAsync_PeerResetsWhileItWaits_Throws(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        Task<FlushResult> flushing = await FlushUntilItWaitsAsync(harness, connection);

        peer.Reset();

        IOException failure = await Assert.ThrowsAnyAsync<IOException>(() => flushing.Within());
        Assert.IsType<SocketException>(failure.InnerException);
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task FlushAsync_AfterThePeerReset_ThrowsSoon(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        peer.Reset();
        await connection.Closed.Cancelled();

        await Assert.ThrowsAnyAsync<IOException>(
            () => connection.Output.WriteAsync(new byte[1]).Within());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task CancelPendingFlush_FlushWaits_WakesItAndLosesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(1024 * 1024);
        Task<FlushResult> flushing = connection.Output.WriteAsync(sent).AsTask();

        connection.Output.CancelPendingFlush();
        FlushResult cancelled = await flushing.Within();
        Task<FlushResult> next = connection.Output.WriteAsync("end"u8.ToArray()).AsTask();
        byte[] received = await peer.ReceiveAsync(sent.Length);

        Assert.True(cancelled.IsCanceled);
        Assert.Equal(sent, received);
        Assert.Equal("end", await peer.ReceiveTextAsync(3));
        Assert.False((await next.Within()).IsCanceled);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task FlushAsync_TokenCancelledWhileItWaits_ThrowsAndLosesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        using var cancellation = new CancellationTokenSource();
        byte[] sent = TestBytes.Create(1024 * 1024);
        Task<FlushResult> flushing =
            connection.Output.WriteAsync(sent, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushing.Within());
        Assert.Equal(sent, await peer.ReceiveAsync(sent.Length));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "13")]
    public async Task FlushAsync_FromAnotherThread_LeavesAtOnce(
        Engine engine, Scheduling scheduling)
    {
        // There is no tick to wait for: each round needs the one before, and nothing else happens.
        const int Rounds = 1_000;
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        for (int i = 0; i < Rounds; i++)
        {
            await peer.SendAsync("ping");
            _ = await connection.Input.TakeAsync(4);
            _ = await Task.Run(() => connection.Output.WriteAsync("pong"u8.ToArray()).Within());
            Assert.Equal("pong", await peer.ReceiveTextAsync(4));
        }
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "13")]
    public async Task FlushAsync_HandlerThenBlocks_TheBytesLeaveAnyway(
        Engine engine, Scheduling scheduling)
    {
        // Inline, the handler must come from elsewhere: on the reactor it would block the send.
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        using var unblock = new ManualResetEventSlim();

        Task handler = Task.Run(() =>
        {
            ValueTask<FlushResult> flush = connection.Output.WriteAsync("out"u8.ToArray());
            Assert.True(unblock.Wait(Patience.Limit));
            return flush.AsTask();
        });
        string received = await peer.ReceiveTextAsync(3);
        unblock.Set();

        Assert.Equal("out", received);
        await handler.Within();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24a")]
    public async Task Write_WhileAFlushWaits_IsSentAfterIt(Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] first = TestBytes.Create(1024 * 1024, seed: 1);
        byte[] second = TestBytes.Create(50_000, seed: 2);
        Task<FlushResult> flushing = connection.Output.WriteAsync(first).AsTask();

        connection.Output.Write(second);
        Task<byte[]> receiving = peer.ReceiveAsync(first.Length + second.Length);
        _ = await flushing.Within();
        _ = await connection.Output.FlushAsync().Within();
        byte[] received = await receiving;

        Assert.Equal(first, received[..first.Length]);
        Assert.Equal(second, received[first.Length..]);
    }

    [Theory]
    [Engines]
    public async Task GetMemory_LargeHint_IsHonoured(Engine engine, Scheduling scheduling)
    {
        const int Length = 1024 * 1024;
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(Length);

        Memory<byte> memory = connection.Output.GetMemory(Length);
        sent.CopyTo(memory);
        connection.Output.Advance(Length);
        Task<FlushResult> flushing = connection.Output.FlushAsync().AsTask();

        Assert.True(memory.Length >= Length);
        Assert.Equal(sent, await peer.ReceiveAsync(Length));
        _ = await flushing.Within();
    }

    [Theory]
    [Engines]
    public async Task UnflushedBytes_CountsUntilTheFlush(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        connection.Output.Write(new byte[100]);
        long before = connection.Output.UnflushedBytes;
        _ = await connection.Output.FlushAsync().Within();

        Assert.True(connection.Output.CanGetUnflushedBytes);
        Assert.Equal(100, before);
        Assert.Equal(0, connection.Output.UnflushedBytes);
    }

    [Theory]
    [Engines]
    public async Task FlushAsync_NothingWritten_CompletesAtOnce(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        ValueTask<FlushResult> flush = connection.Output.FlushAsync();

        Assert.True(flush.IsCompleted);
        Assert.False((await flush).IsCanceled);
    }

    [Theory]
    [Engines]
    public async Task Write_NotFlushed_StaysHere(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Output.Write("held"u8);
        await harness.PassTimeAsync();
        int availableBefore = peer.Socket.Available;
        _ = await connection.Output.FlushAsync().Within();

        Assert.Equal(0, availableBefore);
        Assert.Equal("held", await peer.ReceiveTextAsync(4));
    }

    [Theory]
    [Engines]
    public async Task Write_AfterComplete_Throws(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        await connection.Output.CompleteAsync();

        Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory(1));
    }

    private static Task<ConnectionHarness> StartSmallAsync(Engine engine, Scheduling scheduling) =>
        ConnectionHarness.StartAsync(
            engine,
            scheduling,
            options => options.SendWatermark = Watermark,
            new ListenOptions { KernelSendBuffer = SmallKernelBuffer });

    private static async Task<Task<FlushResult>> FlushUntilItWaitsAsync(
        ConnectionHarness harness, Connection connection)
    {
        while (true)
        {
            Task<FlushResult> flushing =
                connection.Output.WriteAsync(new byte[Watermark * 2]).AsTask();
            await harness.PassTimeAsync();
            if (!flushing.IsCompleted)
                return flushing;
        }
    }
}
