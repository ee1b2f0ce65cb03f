using System.Buffers;
using System.IO.Pipelines;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets.RingSockets;

/// <summary>Whose memory a connection's bytes are in, and when it goes.</summary>
public sealed class ReactorMemoryTests
{
    private const int LeftBehind = 34;

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task Buffer_HeldOverTheEndOfItsReactor_IsValidUntilItIsGivenBack(
        Scheduling scheduling)
    {
        using var log = new LogCollector();
        byte[] sent = TestBytes.Create(50_000);
        Connection connection;
        ReactorLoop[] loops;
        ReadOnlySequence<byte> held;
        await using (ConnectionHarness harness = await StartAsync(scheduling, log))
        {
            loops = LoopsOf(harness);
            (connection, RawPeer peer) = await harness.ConnectAsync();
            await peer.SendAsync(sent);
            held = (await connection.Input.ReadAtLeastAsync(sent.Length).AsTask().Within()).Buffer;
        }

        Assert.Equal(sent, held.ToArray());
        Assert.Contains(loops, static loop => loop.Heap.MappedBytes != 0);
        Assert.Contains(log.Lines, static line => line.EventId == LeftBehind);
        connection.Input.AdvanceTo(held.End);
        Assert.All(loops, static loop => Assert.Equal(0, loop.Heap.MappedBytes));
    }

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task Reactor_EndsAfterTraffic_LeavesNoMemory(Scheduling scheduling)
    {
        using var log = new LogCollector();
        ReactorLoop[] loops;
        await using (ConnectionHarness harness = await StartAsync(scheduling, log))
        {
            loops = LoopsOf(harness);
            byte[] sent = TestBytes.Create(300_000);
            for (int i = 0; i < 4; i++)
            {
                (Connection connection, RawPeer peer) = await harness.ConnectAsync();
                Task copying = connection.Input.CopyToAsync(connection.Output);
                Task sending = peer.SendAsync(sent);
                Assert.Equal(sent, await peer.ReceiveAsync(sent.Length));
                await sending.Within();
                peer.Finish();
                await copying.Within();
                await connection.DisposeAsync().Within();
            }

            Assert.Contains(loops, static loop => loop.SendBlocks.MappedBytes != 0);
        }

        Assert.DoesNotContain(log.Lines, static line => line.EventId == LeftBehind);
        Assert.All(loops, static loop => Assert.Equal(0, loop.Heap.MappedBytes));
        Assert.All(loops, static loop => Assert.Equal(0, loop.SendBlocks.MappedBytes));
    }

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task Write_FromOtherThreads_SendsFromTheHeapInOrder(Scheduling scheduling)
    {
        const int Writers = 4;
        const int Length = 400_000;
        using var log = new LogCollector();
        ReactorLoop[] loops;
        await using (ConnectionHarness harness = await StartAsync(scheduling, log))
        {
            loops = LoopsOf(harness);
            var pairs = new List<(Connection Connection, RawPeer Peer)>();
            for (int i = 0; i < Writers; i++)
                pairs.Add(await harness.ConnectAsync());

            Task[] writing = [.. pairs.Select((pair, seed) =>
                Task.Factory.StartNew(
                    () => WriteAll(pair.Connection.Output, TestBytes.Create(Length, seed)),
                    TaskCreationOptions.LongRunning))];
            for (int seed = 0; seed < Writers; seed++)
            {
                byte[] received = await pairs[seed].Peer.ReceiveAsync(Length);
                Assert.Equal(TestBytes.Create(Length, seed), received);
            }

            await Task.WhenAll(writing).Within();
            Assert.Contains(loops, static loop => loop.SendBlocks.MappedBytes != 0);
        }

        Assert.DoesNotContain(log.Lines, static line => line.EventId == LeftBehind);
    }

    // On a thread that is neither a reactor's nor the pool's.
    private static void WriteAll(PipeWriter output, byte[] bytes)
    {
        Random random = TestBytes.Source(bytes[0]);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 50_000), bytes.Length - at);
            bytes.AsSpan(at, length).CopyTo(output.GetSpan(length));
            output.Advance(length);
            at += length;
            output.FlushAsync().AsTask().Wait(Patience.Limit);
        }
    }

    private static Task<ConnectionHarness> StartAsync(Scheduling scheduling, LogCollector log) =>
        ConnectionHarness.StartAsync(Engine.Uring, scheduling, loggerFactory: log);

    private static ReactorLoop[] LoopsOf(ConnectionHarness harness) =>
        [.. harness.Runtime.Reactors.Select(static reactor => reactor.Loop)];
}
