using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Tool.Bench;

/// <summary>A server that runs, for one measurement.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const string AddressMark = " on ";
    private const int ErrorLinesMax = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private ServerProcess(Process process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public int Id => _process.Id;

    public IPEndPoint EndPoint { get; }

    /// <summary>Resident memory in bytes, now.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The first lines that it has written to standard error.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts one of this tool's servers on a free port, pinned.</summary>
    public static ServerProcess Start(BenchServer server, bool usesTls, string directory, int cpu)
    {
        List<string> arguments = [.. server.Arguments, "--port", "0"];
        if (server.IsKestrel)
            arguments.Insert(1, directory);
        if (usesTls)
            arguments.Add("--tls");
        return Start(server.Title, Processors.Start(cpu, ToolCommand.With(arguments)));
    }

    /// <summary>Starts a server that says on standard output where it listens.</summary>
    public static ServerProcess Start(string title, ProcessStartInfo start) =>
        Start(title, Process.Start(start)!);

    /// <summary>Starts the C server.</summary>
    public static ServerProcess Start(PlainServer server, int cpu)
    {
        IPEndPoint endPoint = FreeEndPoint();
        string port = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        var process = Processors.Start(cpu, ToolCommand.Redirected(server.Path, [port, "http"]));
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Await(endPoint);
            return new ServerProcess(process, endPoint);
        }
        catch
        {
            Stop(process);
            throw;
        }
    }

    /// <summary>Sends a signal; to one that has ended, nothing.</summary>
    public void Signal(ProcessSignal signal)
    {
        if (!_process.HasExited)
            _ = SendSignal(_process.Id, (int)signal);
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit code; null if it had to be killed.</returns>
    public async Task<int?> TerminateAsync()
    {
        Signal(ProcessSignal.Terminate);
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            return null;
        }
    }

    public void Dispose() => Stop(_process);

    private static ServerProcess Start(string title, Process process)
    {
        process.StandardInput.Close();
        try
        {
            var started = new ServerProcess(process, ReadEndPoint(process.StandardOutput));
            process.ErrorDataReceived += (_, line) => started.OnError(line.Data);
            process.BeginErrorReadLine();
            return started;
        }
        catch
        {
            string errors = process.HasExited ? process.StandardError.ReadToEnd() : "";
            Stop(process);
            throw new UserErrorException($"{title} did not start. {errors.Trim()}");
        }
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    private void OnError(string? line)
    {
        if (line is not null && _errors.Count < ErrorLinesMax)
            _errors.Enqueue(line);
    }

    // The line that every server command prints when it listens.
    private static IPEndPoint ReadEndPoint(StreamReader output)
    {
        while (output.ReadLine() is { } line)
        {
            int mark = line.LastIndexOf(AddressMark, StringComparison.Ordinal);
            if (line.StartsWith("Serving ", StringComparison.Ordinal) && mark >= 0)
                return IPEndPoint.Parse(line[(mark + AddressMark.Length)..].Split('/')[^1]);
        }

        throw new UserErrorException("The server ended.");
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private static void Await(IPEndPoint endPoint)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(
                AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(endPoint);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(20);
            }
        }
    }
}
