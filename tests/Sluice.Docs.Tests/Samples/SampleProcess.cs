using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Sluice.Docs.Tests.Samples;

/// <summary>A sample that serves, started as a reader of it would start it.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    /// <summary>A test that waits longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SampleProcess(Process process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    /// <summary>Where it says that it serves.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts a sample and waits until it has named its address.</summary>
    public static async Task<SampleProcess> StartAsync(string name, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, name);
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            Match address;
            do
            {
                string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
                Assert.NotNull(line);
                address = Address().Match(line);
            }
            while (!address.Success);
            return new SampleProcess(process, IPEndPoint.Parse(address.Groups["address"].Value));
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Presses Enter; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"on:? (http://)?(?<address>127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
