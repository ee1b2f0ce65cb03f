using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Sluice.Docs.Tests;

/// <summary>Runs samples/cluster, as a reader of it would, for a short time.</summary>
public sealed partial class ClusterSampleTests
{
    private const int NotPossibleHere = 77;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task RollingRestart_UnderLoad_LosesNoRequest()
    {
        string output = await RunAsync("rolling-restart.sh", "--seconds", "10");

        Assert.Matches("(?m)^Restarts: [1-9]", output);
        Assert.Contains(": 0 failed, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KillNode_UnderLoad_LosesOnlyWhatWasInHand()
    {
        string output = await RunAsync("kill-node.sh", "--seconds", "6");

        Assert.Matches(@"at most [01] on one connection\.", output);
    }

    [Fact]
    [Trait("pitfall", "21")]
    public async Task Node_SigtermUnderLoad_ServesUnreadyAndEndsInOrder()
    {
        int port = FreePort();
        using Process node = Start(
            "cluster", "node", "one", "--urls", $"http://127.0.0.1:{port}",
            "--Drain:UnreadyTime", "00:00:08");
        Task<string> log = node.StandardOutput.ReadToEndAsync();
        try
        {
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            await UntilAsync(client, HttpStatusCode.OK);

            // Without HttpClient, which tries again.
            TaskCompletionSource[] begun =
                [.. Enumerable.Range(0, 8).Select(_ => new TaskCompletionSource())];
            Task<int>[] load = [.. begun.Select(first => LoadAsync(port, first))];
            await Task.WhenAll(begun.Select(first => first.Task)).WaitAsync(Patience);
            Process.Start("kill", ["-TERM", $"{node.Id}"]).WaitForExit();
            await UntilAsync(client, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("one\n", await client.GetStringAsync("/work"));

            int[] answered = await Task.WhenAll(load).WaitAsync(Patience);
            await node.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, node.ExitCode);
            Assert.All(answered, count => Assert.NotEqual(1, count));
            string[] steps = ["Draining: not ready", "Draining: listening ends", "Drained: all"];
            string text = await log;
            Assert.All(steps, step => Assert.Contains(step, text, StringComparison.Ordinal));
        }
        finally
        {
            node.Kill();
        }
    }

    /// <summary>One connection, which must be answered until it is asked to leave.</summary>
    private static async Task<int> LoadAsync(int port, TaskCompletionSource begun)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream);
        for (int answered = 1; ; answered++)
        {
            await stream.WriteAsync("GET /work HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
            bool leaves = false;
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
                leaves |= line == "Connection: close";
            Assert.Equal("one", await reader.ReadLineAsync());
            _ = begun.TrySetResult();
            if (leaves)
                return answered;
        }
    }

    private static async Task UntilAsync(HttpClient client, HttpStatusCode status)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync("/ready", timeout.Token);
                if (answer.StatusCode == status)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    private static async Task<string> RunAsync(string script, params string[] arguments)
    {
        using Process process = Start(
            "bash", [Path.Combine(FindRoot(), "samples", "cluster", script), .. arguments]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        AssertLeavesNothing(process.Id);
        if (process.ExitCode == NotPossibleHere)
        {
            string reason = LastLine().Match(await errors).Value;
            if (Environment.GetEnvironmentVariable("SLUICE_REQUIRE_TOOLS") == "1"
                && reason.EndsWith("is not installed.", StringComparison.Ordinal))
            {
                Assert.Fail($"{reason} (SLUICE_REQUIRE_TOOLS=1)");
            }

            Assert.Skip(reason);
        }

        Assert.True(process.ExitCode == 0, $"Code {process.ExitCode}: {output}\n{await errors}");
        return output;
    }

    // The scripts name what they make by their process.
    private static void AssertLeavesNothing(int script)
    {
        if (Directory.Exists("/run/netns"))
            Assert.Empty(Directory.GetFiles("/run/netns", $"sluice-{script}-*"));
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            string commands = Path.Combine(process, "cmdline");
            if (!int.TryParse(Path.GetFileName(process), out _))
                continue;
            try
            {
                Assert.DoesNotContain(
                    $"sluice-{script}.", File.ReadAllText(commands), StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        string own = Path.Combine(AppContext.BaseDirectory, "cluster");
        var start = new ProcessStartInfo(program == "cluster" ? own : program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = program != "cluster",
        };
        start.Environment["SLUICE_CLUSTER_PROGRAM"] = own;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("No Sluice.slnx above the tests.");
    }

    [GeneratedRegex(@"[^\n]+(?=\n*\z)")]
    private static partial Regex LastLine();
}
