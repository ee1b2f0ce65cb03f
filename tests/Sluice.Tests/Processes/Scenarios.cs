using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Sockets;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Processes;

/// <summary>What needs a process of its own: its limits, its descriptors, its memory.</summary>
internal static class Scenarios
{
    public const string OutOfDescriptors = "out-of-descriptors";
    public const string StartStop = "start-stop";
    public const string CloseOnExec = "close-on-exec";

    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    /// <summary>Runs one by name; prints what went wrong.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string scenario, string engine, string scheduling)
    {
        var options = new SluiceOptions
        {
            Engine = Enum.Parse<Engine>(engine),
            Scheduling = Enum.Parse<Scheduling>(scheduling),
            ReactorCount = 2,
        };
        try
        {
            await (scenario switch
            {
                OutOfDescriptors => RunOutOfDescriptorsAsync(options),
                StartStop => StartStopAsync(options),
                CloseOnExec => CheckCloseOnExecAsync(options),
                _ => throw new ArgumentException(scenario),
            });
            return 0;
        }
        catch (Exception failure)
        {
            Console.WriteLine(failure);
            return 1;
        }
    }

    private static async Task RunOutOfDescriptorsAsync(SluiceOptions options)
    {
        using var log = new LogCollector();

        // .NET needs descriptors to load assemblies and to start threads: before there are none.
        StartAllThreads();
        await CycleAsync(options);
        await Task.Delay(1);
        _ = Environment.CpuUsage.TotalTime;
        await using SluiceRuntime runtime = SluiceRuntime.Start(options, log);

        // Lowered first: io_uring notes the limit when an accept is armed.
        using var limit = new DescriptorLimit(max: (ulong)ProcessFigures.DescriptorCount + 50);
        await using ConnectionServer server = await EchoAsync(runtime);
        await EchoOnceAsync(server.EndPoint);
        await log.WaitForAsync(eventId: 10);

        // The peer's socket is made before there are no descriptors left for one.
        using var peer = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TimeSpan busy;
        TimeSpan passed;
        using (DescriptorLimit.TakeAll())
        {
            await peer.ConnectAsync(server.EndPoint).Within();
            _ = await peer.SendAsync("held"u8.ToArray()).Within();
            await log.WaitForAsync(eventId: 12);
            TimeSpan busyBefore = Environment.CpuUsage.TotalTime;
            long started = Stopwatch.GetTimestamp();

            // That nothing spins can only be seen over a while.
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            busy = Environment.CpuUsage.TotalTime - busyBefore;
            passed = Stopwatch.GetElapsedTime(started);
        }

        byte[] reply = new byte[4];
        Require(await peer.ReceiveAsync(reply).Within() == 4, "The held connection lives.");
        Require(reply.AsSpan().SequenceEqual("held"u8), "The bytes are the same.");
        Require(busy < passed / 2, $"Busy for {busy} out of {passed}: it spins.");

        // Five retries or so. The connection before may have ended late and lent its descriptor
        // for a moment: then there were two lacks, and two lines.
        int lines = log.Lines.Count(line => line.EventId == 12);
        Require(lines <= 2, $"Logged {lines} times: at each retry.");
        await EchoOnceAsync(server.EndPoint);
    }

    private static void StartAllThreads()
    {
        const int Threads = 8;
        Require(
            ThreadPool.SetMinThreads(Threads, Threads)
            && ThreadPool.SetMaxThreads(Threads, Threads),
            "The thread pool has a fixed size.");
        using var barrier = new Barrier(Threads);
        Task[] tasks =
            [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(barrier.SignalAndWait))];
        Require(Task.WaitAll(tasks, Patience.Limit), "All threads run at once.");
    }

    private static async Task StartStopAsync(SluiceOptions options)
    {
        const int WarmUp = 100;
        const int Cycles = 1_000;
        const int ThreadsSpare = 8; // The thread pool may add some of its own.
        const long BytesSpare = 24L << 20;
        for (int i = 0; i < WarmUp; i++)
            await CycleAsync(options);
        int descriptors = ProcessFigures.DescriptorCountOfOurs;
        int threads = ProcessFigures.ThreadCount;
        long bytes = ProcessFigures.ResidentBytes();

        for (int i = 0; i < Cycles; i++)
            await CycleAsync(options);

        int descriptorsAfter = ProcessFigures.DescriptorCountOfOurs;
        int threadsAfter = ProcessFigures.ThreadCount;
        long bytesAfter = ProcessFigures.ResidentBytes();
        Require(
            descriptorsAfter <= descriptors + 2,
            $"Descriptors grew from {descriptors} to {descriptorsAfter}.");
        Require(
            threadsAfter <= threads + ThreadsSpare,
            $"Threads grew from {threads} to {threadsAfter}.");
        Require(
            bytesAfter <= bytes + BytesSpare,
            $"Resident memory grew from {bytes} to {bytesAfter}.");
    }

    private static async Task CycleAsync(SluiceOptions options)
    {
        await using SluiceRuntime runtime = SluiceRuntime.Start(options);
        await using ConnectionServer server = await EchoAsync(runtime);
        await EchoOnceAsync(server.EndPoint);
    }

    private static async Task CheckCloseOnExecAsync(SluiceOptions options)
    {
        Dictionary<string, (string Target, bool IsCloseOnExec)> before =
            ProcessFigures.Descriptors();
        await using SluiceRuntime runtime = SluiceRuntime.Start(options);
        await using ConnectionServer server = await EchoAsync(runtime);
        using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync("ping");
        _ = await peer.ReceiveAsync(4);
        await using Connection outbound = await runtime.ConnectAsync(server.EndPoint).Within();
        _ = await outbound.Output.WriteAsync("ping"u8.ToArray()).Within();
        _ = await outbound.Input.TakeAsync(4);

        Dictionary<string, (string Target, bool IsCloseOnExec)> after =
            ProcessFigures.Descriptors();
        int sockets = after.Values.Count(
            static d => d.Target.StartsWith("socket:", StringComparison.Ordinal));
        string[] inherited = [.. after
            .Where(d => !before.ContainsKey(d.Key) && !d.Value.IsCloseOnExec)
            .Select(d => $"{d.Key} -> {d.Value.Target}")];
        Require(sockets >= 5, $"The listener and both connections are seen ({sockets}).");
        Require(inherited.Length == 0, $"Inherited: {string.Join(", ", inherited)}.");
    }

    private static ValueTask<ConnectionServer> EchoAsync(SluiceRuntime runtime) =>
        runtime.ServeAsync(
            AnyPort, connection => connection.Input.CopyToAsync(connection.Output));

    private static async Task EchoOnceAsync(EndPoint endPoint)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(endPoint);
        await peer.SendAsync("ping");
        Require(await peer.ReceiveTextAsync(4) == "ping", "The echo is the same.");
        peer.Finish();
        Require((await peer.ReceiveToEndAsync()).Length == 0, "Nothing follows.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }
}
