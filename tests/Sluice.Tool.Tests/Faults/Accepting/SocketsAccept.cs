using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Faults.Accepting;

/// <summary>Accepts of the sockets engine fail, injected by strace.</summary>
internal static class SocketsAccept
{
    private const int AttemptsSeen = 3;

    // Two pauses of 100 ms lie between three attempts; a busy loop makes thousands in that time.
    private const double SecondsMin = 0.15;

    private const string Line = "Warning: Accepting on ";

    public static async Task<string> RunAsync(string errno)
    {
        await using ToolProcess server =
            await ToolProcess.ServeAsync("echo", "--engine", "sockets");
        using Socket former = await ConnectAsync(server);
        await EchoAsync(former);

        // It stands for a connection that is gone; the one that waits is not.
        bool isPassing = errno == "ECONNABORTED";
        using Process strace = await InjectAsync(server, errno, isPassing);
        using Socket next = await ConnectAsync(server);
        double seconds = await MeasureAttemptsAsync(strace);
        await EchoAsync(former);
        if (isPassing)
        {
            await EchoAsync(next);
        }
        else
        {
            await server.ErrorWrittenAsync(Line);
            Assert.True(seconds > SecondsMin, $"{AttemptsSeen} attempts in {seconds} s.");
            Assert.Equal(0, next.Available);
        }

        await DetachAsync(strace);
        await EchoAsync(next);
        int lines = server.Errors.Split('\n')
            .Count(static line => line.StartsWith(Line, StringComparison.Ordinal));
        return AcceptOutcome.Of(!isPassing, lines);
    }

    private static async Task<Process> InjectAsync(
        ToolProcess server, string errno, bool isPassing)
    {
        string injection = $"inject=accept4:error={errno}{(isPassing ? ":when=1..3" : "")}";
        Process strace = Process.Start(new ProcessStartInfo(
            "strace",
            ["-f", "-ttt", "-e", "trace=accept4", "-e", injection, "-p", $"{server.Id}"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        string? line = await strace.StandardError.ReadLineAsync();
        Assert.Contains("attached", line ?? "", StringComparison.Ordinal);
        return strace;
    }

    private static async Task<double> MeasureAttemptsAsync(Process strace)
    {
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        var times = new List<double>();
        while (times.Count < AttemptsSeen)
        {
            string line = await strace.StandardError.ReadLineAsync(timeout.Token)
                ?? throw new InvalidOperationException("strace has ended.");
            if (!line.Contains("(INJECTED)", StringComparison.Ordinal))
                continue;
            string time = line.Split("accept4")[0].Trim().Split(' ')[^1];
            times.Add(double.Parse(time, CultureInfo.InvariantCulture));
        }

        return times[^1] - times[0];
    }

    private static async Task DetachAsync(Process strace)
    {
        Task<string> rest = strace.StandardError.ReadToEndAsync();
        _ = Signals.Send(strace.Id, Signals.Interrupt);
        await strace.WaitForExitAsync();
        await rest;
    }

    private static async Task<Socket> ConnectAsync(ToolProcess server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint);
        return socket;
    }

    private static async Task EchoAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        byte[] back = new byte[4];
        await socket.SendAsync("ping"u8.ToArray(), timeout.Token);
        for (int count = 0; count < back.Length;)
        {
            int received = await socket.ReceiveAsync(back.AsMemory(count), timeout.Token);
            Assert.NotEqual(0, received);
            count += received;
        }

        Assert.Equal("ping"u8, back);
    }
}
