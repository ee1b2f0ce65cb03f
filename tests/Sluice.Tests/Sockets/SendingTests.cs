// Long: one promise after the other, each over both engines.
using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

/// <summary>Memory of the caller's, and its place among what is written.</summary>
public sealed class SendingTests
{
    private const int SmallKernelBuffer = 16 * 1024;
    private const int Much = 4 * 1024 * 1024;

    [Theory]
    [Engines]
    public async Task SendAsync_PiecesOfEverySize_ArriveInOrder(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(200_000);
        ReadOnlySequence<byte> pieces = TestSequence.Cut(sent, 1, 0, 7_000, 3, 0, 0, 40_000, 1);

        Task<byte[]> receiving = peer.ReceiveAsync(sent.Length);
        await connection.SendAsync(pieces).Within();

        Assert.Equal(sent, await receiving);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task SendAsync_MorePiecesThanOneCallTakes_ArriveInOrder(
        Engine engine, Scheduling scheduling)
    {
        // IOV_MAX is 1,024.
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(150_000);
        ReadOnlySequence<byte> pieces = TestSequence.Cut(sent, 1, 60, 11);

        Task sending = connection.SendAsync(pieces).AsTask();
        byte[] received = await peer.ReceiveAsync(sent.Length);

        Assert.Equal(sent, received);
        await sending.Within();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "11")]
    public async Task SendAsync_MoreThanTheSocketTakes_CompletesWhenThePeerHasRead(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(64 * 1024 * 1024);

        Task sending = connection.SendAsync(sent).AsTask();
        await harness.PassTimeAsync();
        bool isEarly = sending.IsCompleted;
        byte[] received = await peer.ReceiveAsync(sent.Length);
        await sending.Within();

        Assert.False(isEarly);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_BetweenWrites_IsSentBetweenThem(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);

        connection.Output.Write(sent.AsSpan(0, 100));
        _ = await connection.Output.FlushAsync().Within();
        connection.Output.Write(sent.AsSpan(100, 10_000));
        Task sending = connection.SendAsync(sent.AsMemory(10_100..^20_000)).AsTask();
        connection.Output.Write(sent.AsSpan()[^20_000..]);
        await connection.Output.CompleteAsync();
        byte[] received = await peer.ReceiveToEndAsync();
        await sending.Within();

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_ManyOfAllSizesAmongWrites_ArriveInOrder(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);

        Task sending = Task.Run(async () =>
        {
            Random random = TestBytes.Source(3);
            for (int at = 0; at < sent.Length;)
            {
                int length = Math.Min(random.Next(1, 1 << random.Next(1, 17)), sent.Length - at);
                ReadOnlyMemory<byte> part = sent.AsMemory(at, length);
                at += length;
                switch (random.Next(3))
                {
                    case 0:
                        connection.Output.Write(part.Span);
                        break;
                    case 1:
                        _ = await connection.Output.WriteAsync(part).Within();
                        break;
                    default:
                        await connection.SendAsync(TestSequence.Cut(part, 5_000, 3)).Within();
                        break;
                }
            }

            await connection.Output.CompleteAsync();
        });
        byte[] received = await peer.ReceiveToEndAsync();
        await sending.Within();

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_Empty_CompletesAtOnceAndSendsWhatWasWritten(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Output.Write("written"u8);
        ValueTask sending = connection.SendAsync(ReadOnlySequence<byte>.Empty);

        Assert.True(sending.IsCompletedSuccessfully);
        Assert.Equal("written", await peer.ReceiveTextAsync(7));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_NativeAndManagedMemory_IsPinnedUntilItHasGone(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(3 * Much);
        var native = new CountedMemory(sent.AsSpan(Much, Much));
        ReadOnlySequence<byte> pieces = TestSequence.Of(
            sent.AsMemory(0, Much), native.Memory, sent.AsMemory(2 * Much));

        Task sending = connection.SendAsync(pieces).AsTask();
        _ = await peer.ReceiveAsync(Much + 1);
        int pinsMeanwhile = native.Pins;
        byte[] received = await peer.ReceiveAsync(sent.Length - Much - 1);
        await sending.Within();

        // System.Net.Sockets pins for each of its calls, and keeps a reference in between.
        Assert.Equal(engine == Engine.Uring, pinsMeanwhile > 0);
        Assert.Equal(0, native.Pins);
        Assert.Equal(SHA256.HashData(sent.AsSpan(Much + 1)), SHA256.HashData(received));
        native.Free();
    }

    [Theory]
    [Engines]
    public async Task SendAsync_WhileOneWaits_Throws(Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);
        Task sending = connection.SendAsync(sent).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await connection.SendAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await connection.SendAsync(TestSequence.Of(new byte[1], new byte[9_000])));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await connection.Output.FlushAsync());

        Assert.Equal(sent, await peer.ReceiveAsync(sent.Length));
        await sending.Within();
        await connection.SendAsync("more"u8.ToArray()).Within();
        Assert.Equal("more", await peer.ReceiveTextAsync(4));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24b")]
    public async Task SendAsync_ResultTakenTwice_Throws(Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        ValueTask sending = connection.SendAsync(new byte[Much]);
        ValueTask copy = sending;
        Task<byte[]> receiving = peer.ReceiveAsync(Much);
        await sending;

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await copy);
        _ = await receiving;
    }

    [Theory]
    [Engines]
    public async Task SendAsync_TokenCancelledBefore_ThrowsAndLeavesTheConnectionGood(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await connection.SendAsync(new byte[10_000], new CancellationToken(canceled: true)));
        await connection.SendAsync("good"u8.ToArray()).Within();

        Assert.Equal("good", await peer.ReceiveTextAsync(4));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_TokenCancelledWhileItWaits_AbortsTheConnection(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        using var cancellation = new CancellationTokenSource();
        var memory = new CountedMemory(new byte[Much]);
        Task sending = connection.SendAsync(memory.Memory, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => sending.Within());
        Assert.Equal(cancellation.Token, failure.CancellationToken);
        Assert.Equal(0, memory.Pins);
        memory.Free();
        await connection.Closed.Cancelled();
        await Assert.ThrowsAnyAsync<IOException>(() => connection.Input.ReadAsync().Within());
        Assert.NotEqual(SocketError.Success, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task SendAsync_TokenCancelledAfterItEnded_DoesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        using var cancellation = new CancellationTokenSource();
        Task sending = connection.SendAsync(new byte[Much], cancellation.Token).AsTask();
        _ = await peer.ReceiveAsync(Much);
        await sending.Within();

        Task next = connection.SendAsync(new byte[Much]).AsTask();
        await cancellation.CancelAsync();
        _ = await peer.ReceiveAsync(Much);

        await next.Within();
        Assert.False(connection.Closed.IsCancellationRequested);
    }

    [Theory]
    [Engines]
    public async Task CancelPendingFlush_SendWaits_IsForTheNextFlush(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);
        Task sending = connection.SendAsync(sent).AsTask();

        connection.Output.CancelPendingFlush();
        await harness.PassTimeAsync();
        bool isEarly = sending.IsCompleted;
        byte[] received = await peer.ReceiveAsync(sent.Length);
        await sending.Within();
        FlushResult flush = await connection.Output.FlushAsync().Within();

        Assert.False(isEarly);
        Assert.Equal(sent, received);
        Assert.True(flush.IsCanceled);
    }

    [Theory]
    [Engines]
    public async Task Abort_SendWaits_FailsItWithTheReasonAndFreesTheMemory(
        Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        var memory = new CountedMemory(new byte[Much]);
        Task sending = connection.SendAsync(memory.Memory).AsTask();
        var reason = new InvalidDataException("enough");

        connection.Abort(reason);

        IOException failure = await Assert.ThrowsAnyAsync<IOException>(() => sending.Within());
        Assert.Same(reason, failure.InnerException);
        Assert.Equal(0, memory.Pins);
        memory.Free();
        await connection.Closed.Cancelled();
        Assert.NotEqual(SocketError.Success, await peer.ReceiveErrorAsync());
    }

    [Theory]
    [Engines]
    public async Task SendAsync_PeerResetsWhileItWaits_Throws(Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        Task sending = connection.SendAsync(new byte[Much]).AsTask();
        await harness.PassTimeAsync();

        peer.Reset();

        await Assert.ThrowsAnyAsync<IOException>(() => sending.Within());
        await connection.Closed.Cancelled();
    }

    [Theory]
    [Engines]
    public async Task SendAsync_AfterTheEnd_Throws(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        peer.Reset();
        await connection.Closed.Cancelled();

        await Assert.ThrowsAnyAsync<IOException>(
            () => connection.SendAsync(new byte[1]).Within());
        await Assert.ThrowsAnyAsync<IOException>(
            () => connection.SendAsync(new byte[100_000]).Within());
    }

    [Theory]
    [Engines]
    public async Task SendAsync_AfterComplete_Throws(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        await connection.Output.CompleteAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await connection.SendAsync(new byte[1]));
    }

    [Theory]
    [Engines]
    public async Task SendAsync_PeerHasFinished_GoesOn(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(Much);
        peer.Finish();
        ReadResult end = await connection.Input.ReadAsync().Within();

        Task sending = connection.SendAsync(sent).AsTask();
        byte[] received = await peer.ReceiveAsync(sent.Length);
        await sending.Within();

        Assert.True(end.IsCompleted);
        Assert.Equal(sent, received);
    }

    [Theory]
    [Engines]
    public async Task DisposeAsync_SendWaits_SendsAllFirst(Engine engine, Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartSmallAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);
        Task sending = connection.SendAsync(sent).AsTask();

        Task disposing = connection.DisposeAsync().AsTask();
        await harness.PassTimeAsync();
        bool isEarly = disposing.IsCompleted || sending.IsCompleted;
        byte[] received = await peer.ReceiveToEndAsync();

        Assert.False(isEarly);
        Assert.Equal(sent, received);
        await sending.Within();
        await disposing.Within();
    }

    [Theory]
    [Engines]
    public async Task SendAsync_WhatItHasRead_Echoes(Engine engine, Scheduling scheduling)
    {
        // Buffers go round while they are sent from: a wrong byte is one that was sent too late.
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            static options =>
            {
                options.ReceiveBuffersMax = 16;
                options.ReceiveBufferSize = 512;
                options.ReceiveWatermark = 4096;
            },
            new ListenOptions { KernelSendBuffer = SmallKernelBuffer });
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(SmallKernelBuffer);
        byte[] sent = TestBytes.Create(Much);

        Task echoing = EchoAsync(connection);
        Task<byte[]> receiving = peer.ReceiveToEndAsync();
        await peer.SendAsync(sent);
        peer.Finish();

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(await receiving));
        await echoing.Within();
    }

    private static async Task EchoAsync(Connection connection)
    {
        ReadResult read;
        do
        {
            read = await connection.Input.ReadAsync();
            await connection.SendAsync(read.Buffer);
            connection.Input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        await connection.Output.CompleteAsync();
    }

    private static Task<ConnectionHarness> StartSmallAsync(Engine engine, Scheduling scheduling) =>
        ConnectionHarness.StartAsync(
            engine,
            scheduling,
            listenOptions: new ListenOptions { KernelSendBuffer = SmallKernelBuffer });
}
