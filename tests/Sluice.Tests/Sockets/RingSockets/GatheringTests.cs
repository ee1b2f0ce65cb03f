using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets.RingSockets;

/// <summary>
/// When the flushes leave of a thread that runs no turn of the connection: at once, or together.
/// </summary>
/// <remarks>
/// The reactor is held up, so that what is left to it does not leave. Each flush is one byte.
/// </remarks>
public sealed class GatheringTests
{
    private const int AtOnce = 32;

    [Fact]
    public async Task FlushAsync_ManyOnAnotherThread_LeaveTogetherOnceThatPays()
    {
        await using ConnectionHarness harness = await StartAsync(Scheduling.Inline);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        using (ReactorHold.All(harness.Runtime))
        {
            await FlushAsync(connection, AtOnce + 8);
            Assert.Equal(AtOnce, await CountArrivedAsync(peer, AtOnce));
        }

        _ = await peer.ReceiveAsync(8);
        using (ReactorHold.All(harness.Runtime))
        {
            await FlushAsync(connection, 1);
            Assert.Equal(0, await CountArrivedAsync(peer, 0));
        }

        // That one was alone, so the next ones need not wait.
        _ = await peer.ReceiveAsync(1);
        using (ReactorHold.All(harness.Runtime))
        {
            await FlushAsync(connection, 1);
            Assert.Equal(1, await CountArrivedAsync(peer, 1));
        }
    }

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task FlushAsync_OneByOneOnAnotherThread_AllLeave(Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        for (int i = 0; i < 5 * AtOnce; i++)
        {
            await FlushAsync(connection, 1 + (i % 3));
            _ = await peer.ReceiveAsync(1 + (i % 3));
        }
    }

    [Theory]
    [InlineData(Scheduling.Inline, false)]
    [InlineData(Scheduling.Inline, true)]
    [InlineData(Scheduling.ThreadPool, false)]
    [InlineData(Scheduling.ThreadPool, true)]
    public async Task FlushAsync_WhatWaitedLeftAtOnceWithMore_IsGatheredAndSentLater(
        Scheduling scheduling, bool isLent)
    {
        const int More = 1000;
        await using ConnectionHarness harness = await StartAsync(scheduling, More - 1);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        using (ReactorHold.All(harness.Runtime))
        {
            await FlushAsync(connection, AtOnce + 2);
            Task more = Task.Factory.StartNew(
                () => WriteAsync(connection, More, isLent), TaskCreationOptions.LongRunning);
            _ = await peer.ReceiveAsync(AtOnce + 2 + More);
            await more.Within();
        }

        // By now the turn has been that was asked for, and found nothing.
        using (ReactorHold.All(harness.Runtime))
        {
        }

        await FlushAsync(connection, 2);
        _ = await peer.ReceiveAsync(2);
    }

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task CompleteAsync_AfterGatheredFlushes_SendsThemFirst(Scheduling scheduling)
    {
        await using ConnectionHarness harness = await StartAsync(scheduling);
        (Connection connection, RawPeer peer) = await harness.ConnectAsync();

        await FlushAsync(connection, 4 * AtOnce);
        await connection.Output.CompleteAsync();

        byte[] received = await peer.ReceiveToEndAsync();
        Assert.Equal(4 * AtOnce, received.Length);
        Assert.Equal(Enumerable.Range(0, received.Length).Select(i => (byte)i), received);
    }

    private static Task<ConnectionHarness> StartAsync(
        Scheduling scheduling, int watermark = 64 * 1024)
    {
        EngineRun.SkipUnlessUsable(Engine.Uring);
        return ConnectionHarness.StartAsync(
            Engine.Uring, scheduling, options => options.SendWatermark = watermark);
    }

    // Bytes that count up, from a thread that is neither a reactor's nor the pool's.
    private static Task FlushAsync(Connection connection, int count) =>
        Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    connection.Output.GetSpan(1)[0] = (byte)i;
                    connection.Output.Advance(1);
                    connection.Output.FlushAsync().AsTask().Wait(Patience.Limit);
                }
            },
            TaskCreationOptions.LongRunning).Within();

    // More than waits for a turn, or memory of the caller's.
    private static Task WriteAsync(Connection connection, int count, bool isLent)
    {
        var bytes = new byte[count];
        return isLent
            ? connection.SendAsync(bytes).AsTask()
            : connection.Output.WriteAsync(bytes).AsTask();
    }

    // What was sent at once is there: the loopback delivers within the system call.
    private static async Task<int> CountArrivedAsync(RawPeer peer, int atLeast)
    {
        _ = await peer.ReceiveAsync(atLeast);
        return atLeast + peer.Socket.Available;
    }
}
