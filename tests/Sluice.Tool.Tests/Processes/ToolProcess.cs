using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Sluice.Tool.Tests.Processes;

/// <summary>The built command as a child process.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    public const int SignalInterrupt = 2;
    public const int SignalTerminate = 15;

    /// <summary>A test that waits longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string AddressMark = " on ";

    private readonly Process _process;
    private readonly TaskCompletionSource<string> _address = new();
    private readonly ConcurrentQueue<string> _output = new();
    private TaskCompletionSource _written = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ToolProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => OnError(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "Sluice.Tool");

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    /// <summary>What the server said it listens on: a URL, or an address and a port.</summary>
    public string Address => _address.Task.Result;

    public int Id => _process.Id;

    public Uri Url => new(Address);

    public IPEndPoint EndPoint => IPEndPoint.Parse(Address.Split('/')[^1]);

    /// <summary>Starts a server command on a free port and waits until it listens.</summary>
    public static Task<ToolProcess> ServeAsync(params string[] arguments) =>
        ListenAsync(new ProcessStartInfo(Path, [.. arguments, "--port", "0"]));

    /// <summary>The same, with io_uring_setup failing.</summary>
    public static Task<ToolProcess> ServeWithoutUringAsync(
        string errno, params string[] arguments) =>
        ListenAsync(WithoutUring(errno, [.. arguments, "--port", "0"]));

    /// <summary>Runs a command to its end.</summary>
    public static Task<ToolProcess> RunAsync(params string[] arguments) =>
        EndAsync(new ProcessStartInfo(Path, arguments));

    /// <summary>The same, with io_uring_setup failing.</summary>
    public static Task<ToolProcess> RunWithoutUringAsync(
        string errno, params string[] arguments) => EndAsync(WithoutUring(errno, arguments));

    /// <summary>Starts a command that goes on.</summary>
    public static Task<ToolProcess> StartAsync(params string[] arguments) =>
        Task.FromResult(new ToolProcess(new ProcessStartInfo(Path, arguments)));

    /// <summary>Waits until it has written a text.</summary>
    public Task WrittenAsync(string text) =>
        WaitAsync(() => Output.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it has written a text as an error.</summary>
    public Task ErrorWrittenAsync(string text) =>
        WaitAsync(() => Errors.Contains(text, StringComparison.Ordinal));

    /// <summary>Starts a command; a server may not listen yet.</summary>
    public static ToolProcess Launch(ProcessStartInfo start) => new(start);

    public void Signal(int signal) => Assert.Equal(0, Signals.Send(_process.Id, signal));

    /// <summary>Waits until the server listens, or has ended.</summary>
    /// <returns>Whether it listens.</returns>
    public async Task<bool> ListensAsync()
    {
        Task ended = WaitAsync();
        return await Task.WhenAny(_address.Task, ended) != ended;
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> WaitAsync() => WaitAsync(Patience);

    /// <inheritdoc cref="WaitAsync()"/>
    public async Task<int> WaitAsync(TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<ToolProcess> ListenAsync(ProcessStartInfo start)
    {
        var tool = new ToolProcess(start);
        if (!await tool.ListensAsync())
            Assert.Fail($"The server ended: {tool.Output} {tool.Errors}");
        return tool;
    }

    private static async Task<ToolProcess> EndAsync(ProcessStartInfo start)
    {
        var tool = new ToolProcess(start);
        await tool.WaitAsync();
        return tool;
    }

    private async Task WaitAsync(Func<bool> isWritten)
    {
        Task ended = WaitAsync();
        while (!isWritten())
        {
            Task written = Volatile.Read(ref _written).Task;
            if (isWritten())
                return;
            if (await Task.WhenAny(written, ended) == ended)
                Assert.Fail($"The command ended: {Output} {Errors}");
        }
    }

    // -D makes the tool, not strace, the child that gets signals and has the exit code.
    private static ProcessStartInfo WithoutUring(string errno, string[] arguments)
    {
        ExternalTool.Require("strace");
        return new ProcessStartInfo(
            "strace",
            [
                "-D", "-f", "-qq", "-o", "/dev/null",
                "-e", "trace=io_uring_setup",
                "-e", $"inject=io_uring_setup:error={errno}",
                Path, .. arguments,
            ]);
    }

    private void OnOutput(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        Interlocked.Exchange(ref _written, new()).TrySetResult();
        int mark = line.LastIndexOf(AddressMark, StringComparison.Ordinal);
        if (line.StartsWith("Serving ", StringComparison.Ordinal) && mark >= 0)
            _address.TrySetResult(line[(mark + AddressMark.Length)..]);
    }

    private void OnError(string? line)
    {
        if (line is null)
            return;

        _errors.Enqueue(line);
        Interlocked.Exchange(ref _written, new()).TrySetResult();
    }
}
