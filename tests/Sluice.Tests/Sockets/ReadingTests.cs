using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

public sealed class ReadingTests
{
    [Theory]
    [Engines]
    public async Task ReadAsync_PeerSends_ReturnsTheBytes(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await peer.SendAsync("hello");

        Assert.Equal("hello"u8.ToArray(), await connection.Input.TakeAsync(5));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "9")]
    public async Task ReadAsync_FiftyPeersSendAndFinishAtOnce_AllSeeDataThenEnd(
        Engine engine, Scheduling scheduling)
    {
        const int Peers = 50;
        var finished = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously);
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            async connection =>
            {
                await finished.Task;
                byte[] request = await connection.Input.TakeToEndAsync();
                _ = await connection.Output.WriteAsync(request);
            });

        async Task<string> RequestAsync(int number)
        {
            using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
            await peer.SendAsync($"request {number}");
            peer.Finish();
            if (number == Peers - 1)
                finished.SetResult();
            return Encoding.UTF8.GetString(await peer.ReceiveToEndAsync());
        }

        string[] replies = await Task.WhenAll(Enumerable.Range(0, Peers).Select(RequestAsync));

        Assert.Equal(Enumerable.Range(0, Peers).Select(n => $"request {n}"), replies);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "9")]
    public async Task ReadAsync_DataAndEndBeforeTheFirstRead_ReturnsBoth(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(100_000);
        await peer.SendAsync(sent);
        peer.Finish();
        await harness.PassTimeAsync();

        byte[] received = await connection.Input.TakeToEndAsync();
        ReadResult again = await connection.Input.ReadAsync().Within();

        Assert.Equal(sent, received);
        Assert.True(again.IsCompleted);
        Assert.True(again.Buffer.IsEmpty);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task ReadAsync_EverythingExamined_WaitsForMore(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("ab");
        ReadResult first = await connection.Input.ReadAtLeastAsync(2).Within();
        connection.Input.AdvanceTo(first.Buffer.Start, first.Buffer.End);

        Task<ReadResult> second = connection.Input.ReadAsync().AsTask();
        await harness.PassTimeAsync();
        bool isEarly = second.IsCompleted;
        await peer.SendAsync("c");
        ReadResult result = await second.Within();

        Assert.False(isEarly);
        Assert.Equal("abc"u8.ToArray(), result.Buffer.ToArray());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task ReadAsync_NotEverythingExamined_ReturnsAtOnce(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("abcd");
        ReadResult first = await connection.Input.ReadAtLeastAsync(4).Within();
        connection.Input.AdvanceTo(first.Buffer.GetPosition(1), first.Buffer.GetPosition(2));

        ValueTask<ReadResult> second = connection.Input.ReadAsync();

        Assert.True(second.IsCompleted);
        Assert.Equal("bcd"u8.ToArray(), (await second).Buffer.ToArray());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task CancelPendingRead_ReadWaits_WakesItAndLosesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        Task<ReadResult> waiting = connection.Input.ReadAsync().AsTask();

        connection.Input.CancelPendingRead();
        ReadResult cancelled = await waiting.Within();
        connection.Input.AdvanceTo(cancelled.Buffer.End);
        await peer.SendAsync("after");

        Assert.True(cancelled.IsCanceled);
        Assert.True(cancelled.Buffer.IsEmpty);
        Assert.Equal("after"u8.ToArray(), await connection.Input.TakeAsync(5));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task CancelPendingRead_NoReadWaits_CancelsTheNextOnly(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        connection.Input.CancelPendingRead();
        ReadResult cancelled = await connection.Input.ReadAsync().Within();
        connection.Input.AdvanceTo(cancelled.Buffer.Start);
        await peer.SendAsync("x");
        ReadResult next = await connection.Input.ReadAsync().Within();

        Assert.True(cancelled.IsCanceled);
        Assert.False(next.IsCanceled);
        Assert.Equal(1, next.Buffer.Length);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task ReadAsync_TokenCancelledWhileWaiting_ThrowsAndLosesNothing(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        Task<ReadResult> waiting = connection.Input.ReadAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        await peer.SendAsync("after");
        Assert.Equal("after"u8.ToArray(), await connection.Input.TakeAsync(5));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task ReadAsync_TokenCancelledBefore_Throws(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, _) = await harness.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => connection.Input.ReadAsync(new CancellationToken(canceled: true)).Within());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task TryRead_NothingBeyondWhatWasExamined_ReturnsFalse(
        Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        bool isAnything = connection.Input.TryRead(out _);
        await peer.SendAsync("ab");
        ReadResult first = await connection.Input.ReadAtLeastAsync(2).Within();
        connection.Input.AdvanceTo(first.Buffer.Start);

        bool isUnexamined = connection.Input.TryRead(out ReadResult second);
        connection.Input.AdvanceTo(second.Buffer.Start, second.Buffer.End);
        bool isExamined = connection.Input.TryRead(out _);

        Assert.False(isAnything);
        Assert.True(isUnexamined);
        Assert.False(isExamined);
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "10")]
    public async Task ReadAtLeastAsync_MoreThanTheWatermark_GetsThere(
        Engine engine, Scheduling scheduling)
    {
        const int Length = 512 * 1024;
        await using var harness = await ConnectionHarness.StartAsync(
            engine, scheduling, options => options.ReceiveWatermark = 32 * 1024);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(Length);

        Task sending = peer.SendAsync(sent);
        ReadResult result = await connection.Input.ReadAtLeastAsync(Length).Within();
        await sending;

        Assert.Equal(sent, result.Buffer.ToArray());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "14")]
    public async Task ReadAsync_BytesArriveWhileArming_NoneIsOverlooked(
        Engine engine, Scheduling scheduling)
    {
        const int Rounds = 3_000;
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        // The peer never waits, so its bytes arrive before, while and after a read is armed.
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
                await peer.SendAsync(new byte[] { (byte)i });
        });
        for (int i = 0; i < Rounds; i++)
            Assert.Equal((byte)i, Assert.Single(await connection.Input.TakeAsync(1)));
        await sending.Within();
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24a")]
    public async Task ReadAsync_ManySmallMessagesWaitUnread_AllArrive(
        Engine engine, Scheduling scheduling)
    {
        const int Messages = 500;
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        byte[] sent = TestBytes.Create(Messages);
        for (int i = 0; i < Messages; i++)
            await peer.SendAsync(sent.AsMemory(i, 1));
        await harness.PassTimeAsync();

        Assert.Equal(sent, await connection.Input.TakeAsync(Messages));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24a")]
    public async Task ReadAsync_SlowHandler_MakesThePeerWaitThenGetsAll(
        Engine engine, Scheduling scheduling)
    {
        const int Length = 32 * 1024 * 1024;
        const int Piece = 16 * 1024;
        const int HeldMax = 4 * 1024 * 1024; // The watermark and both kernel buffers, amply.
        await using var harness = await ConnectionHarness.StartAsync(
            engine,
            scheduling,
            options => options.ReceiveWatermark = 64 * 1024,
            new ListenOptions { KernelReceiveBuffer = 64 * 1024 });
        (Connection connection, RawPeer peer) = await harness.ConnectAsync(64 * 1024);
        byte[] sent = TestBytes.Create(Length);

        int accepted = 0;
        Task sending = Task.Run(async () =>
        {
            for (int offset = 0; offset < Length; offset += Piece)
            {
                await peer.SendAsync(sent.AsMemory(offset, Piece));
                Volatile.Write(ref accepted, offset + Piece);
            }

            peer.Finish();
        });
        int acceptedBefore;
        do
        {
            acceptedBefore = Volatile.Read(ref accepted);
            await harness.PassTimeAsync(rounds: 100);
        }
        while (Volatile.Read(ref accepted) != acceptedBefore);
        byte[] received = await connection.Input.TakeToEndAsync();
        await sending.Within();

        Assert.InRange(acceptedBefore, 1, HeldMax);
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24b")]
    public async Task ReadAsync_ResultTakenTwice_Throws(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        ValueTask<ReadResult> stale = connection.Input.ReadAsync();
        await peer.SendAsync("a");
        connection.Input.AdvanceTo((await stale).Buffer.End);
        ValueTask<ReadResult> pending = connection.Input.ReadAsync();

#pragma warning disable CA2012 // The misuse is the point.
        Assert.Throws<InvalidOperationException>(() => stale.GetAwaiter().GetResult());
#pragma warning restore CA2012

        await peer.SendAsync("b");
        Assert.Equal("b"u8.ToArray(), (await pending.Within()).Buffer.ToArray());
    }

    [Theory]
    [Engines]
    [Trait("pitfall", "24b")]
    public async Task ReadAsync_OldResultTakenOnceTheNextIsThere_Throws(
        Engine engine, Scheduling scheduling)
    {
        Assert.SkipWhen(engine == Engine.Sockets, "A Pipe of .NET does not check its tokens.");
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        ValueTask<ReadResult> stale = connection.Input.ReadAsync();
        await peer.SendAsync("a");
        connection.Input.AdvanceTo((await stale).Buffer.End);
        ValueTask<ReadResult> next = connection.Input.ReadAsync();
        await peer.SendAsync("b");
        while (!next.IsCompleted)
            await harness.PassTimeAsync();

#pragma warning disable CA2012 // The misuse is the point.
        Assert.Throws<InvalidOperationException>(() => stale.GetAwaiter().GetResult());
#pragma warning restore CA2012
        Assert.Equal("b"u8.ToArray(), (await next).Buffer.ToArray());
    }

    [Theory]
    [Engines]
    public async Task CompleteInput_ThenWrite_ReachesThePeer(Engine engine, Scheduling scheduling)
    {
        await using var harness = await ConnectionHarness.StartAsync(engine, scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();
        await peer.SendAsync("request");
        _ = await connection.Input.TakeAsync(7);

        await connection.Input.CompleteAsync();
        _ = await connection.Output.WriteAsync("reply"u8.ToArray()).Within();

        Assert.Equal("reply", await peer.ReceiveTextAsync(5));
        Assert.Throws<InvalidOperationException>(() => connection.Input.TryRead(out _));
    }
}
