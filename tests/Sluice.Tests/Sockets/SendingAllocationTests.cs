using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;
using Sluice.Tests.Engines;

namespace Sluice.Tests.Sockets;

/// <summary>What a send of the caller's memory makes anew: nothing.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SendingAllocationTests
{
    private const int Rounds = 8;
    private const int Exchanges = 1000;
    private const int SmallestObject = 24;

    [Theory]
    [InlineData(Engine.Uring, Scheduling.Inline, 64)]
    [InlineData(Engine.Uring, Scheduling.ThreadPool, 64)]
    [InlineData(Engine.Uring, Scheduling.Inline, 40_000)]
    [InlineData(Engine.Uring, Scheduling.ThreadPool, 40_000)]
    [InlineData(Engine.Sockets, Scheduling.Inline, 64)]
    [InlineData(Engine.Sockets, Scheduling.ThreadPool, 64)]
    [InlineData(Engine.Sockets, Scheduling.Inline, 40_000)]
    [InlineData(Engine.Sockets, Scheduling.ThreadPool, 40_000)]
    public async Task SendAsync_OnceWarm_AllocatesNothing(
        Engine engine, Scheduling scheduling, int length)
    {
        await using SluiceRuntime runtime = EngineRun.Start(engine, scheduling);
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0), EchoAsync);

        long least = await Task.Factory.StartNew(
            () => Load((IPEndPoint)server.EndPoint, length), TaskCreationOptions.LongRunning)
            .Within();

        // Less than one object for each exchange.
        Assert.InRange(least, 0, (Exchanges * SmallestObject) - 1);
    }

    // Blocking calls, so that the client stays on its thread, whose allocations do not count.
    private static long Load(IPEndPoint server, int length)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = socket.SendTimeout = 30_000;
        socket.Connect(server);
        byte[] message = TestBytes.Create(length);
        byte[] answer = new byte[length];
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = AllocatedByOthers();
            for (int i = 0; i < Exchanges; i++)
            {
                socket.Send(message);
                for (int received = 0; received < length;)
                    received += socket.Receive(answer.AsSpan(received));
            }

            least = Math.Min(least, AllocatedByOthers() - before);
        }

        Assert.Equal(message, answer);
        return least;
    }

    private static long AllocatedByOthers() =>
        GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();

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
    }
}
