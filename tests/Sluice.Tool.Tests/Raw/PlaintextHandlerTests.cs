using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Tool.Raw;

namespace Sluice.Tool.Tests.Raw;

[Collection(nameof(PlaintextHandlerTests))]
[CollectionDefinition(nameof(PlaintextHandlerTests), DisableParallelization = true)]
public class PlaintextHandlerTests
{
    private const int Requests = 1_000_000;
    private const int WarmUpRequests = 20_000;
    private const int Depth = 10;

    // What threads of the test host allocate meanwhile; per request it is nothing.
    private const int NoiseMax = 64 * 1024;

    private const int WarmUpNoiseMax = WarmUpRequests / 2;

    // Code that the just-in-time compiler has not optimised yet boxes flags.
    private const int WarmUpRounds = 200;

    [Theory]
    [InlineData(Scheduling.Inline)]
    [InlineData(Scheduling.ThreadPool)]
    public async Task RunAsync_SteadyState_AllocatesNothing(Scheduling scheduling)
    {
        SluiceRuntime? started = null;
        try
        {
            started = SluiceRuntime.Start(new SluiceOptions
            {
                Engine = Engine.Uring,
                Scheduling = scheduling,
                ReactorCount = 1,
            });
        }
        catch (PlatformNotSupportedException failure)
        {
            Assert.Skip(failure.Message);
        }

        await using SluiceRuntime runtime = started;
        await using ConnectionServer server = await runtime.ServeAsync(
            new IPEndPoint(IPAddress.Loopback, 0), PlaintextHandler.RunAsync);

        long allocated = await Task.Run(() => Load((IPEndPoint)server.EndPoint));

        Assert.InRange(allocated, 0, NoiseMax);
    }

    // Blocking calls, so that the client stays on its thread, whose allocations do not count.
    private static long Load(IPEndPoint server)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = socket.SendTimeout = 30_000;
        socket.Connect(server);
        byte[] batch = [.. Enumerable.Repeat("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Depth)
            .SelectMany(request => request)];
        byte[] answers = new byte[Depth * PlaintextHandler.Response.Length];

        long warmUp = long.MaxValue;
        for (int round = 0; round < WarmUpRounds && warmUp > WarmUpNoiseMax; round++)
            warmUp = Measure(socket, batch, answers, WarmUpRequests);
        return Measure(socket, batch, answers, Requests);
    }

    private static long Measure(Socket socket, byte[] batch, byte[] answers, int requests)
    {
        long before = AllocatedByOthers();
        Exchange(socket, batch, answers, requests);
        return AllocatedByOthers() - before;
    }

    private static long AllocatedByOthers() =>
        GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread();

    private static void Exchange(Socket socket, byte[] batch, byte[] answers, int requests)
    {
        for (int i = 0; i < requests; i += Depth)
        {
            socket.Send(batch.AsSpan());
            for (int received = 0; received < answers.Length;)
            {
                int count = socket.Receive(answers.AsSpan(received));
                Assert.NotEqual(0, count);
                received += count;
            }
        }
    }
}
