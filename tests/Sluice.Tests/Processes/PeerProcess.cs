using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Sluice.Ipc;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Processes;

/// <summary>
/// The test program once more, as the other end of a <see cref="DescriptorChannel"/>. It runs one
/// of <see cref="PeerScenarios"/> and ends.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PeerProcess : IDisposable
{
    public const string Verb = "run-peer";

    private readonly Process _process;
    private readonly Task<string> _output;

    private PeerProcess(Process process, Task<string> output, DescriptorChannel channel)
    {
        _process = process;
        _output = output;
        Channel = channel;
    }

    /// <summary>This process's end.</summary>
    public DescriptorChannel Channel { get; }

    public int Id => _process.Id;

    /// <summary>Starts a peer; it is connected when the task ends.</summary>
    public static async Task<PeerProcess> StartAsync(
        string scenario, SocketType type, params string[] arguments)
    {
        string name = "sluice-test-" + Guid.NewGuid().ToString("N");
        using var listener = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen(1);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Sluice.Tests"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (string argument in (string[])
            [Verb, scenario, name, type.ToString(), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // A runtime that is killed leaves its diagnostic sockets behind, in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<Socket> accept = listener.AcceptAsync();
        Task first = await Task.WhenAny(accept, process.WaitForExitAsync()).Within();
        if (first != accept)
            Assert.Fail($"The peer ended with {process.ExitCode}: {await output}");
        return new PeerProcess(process, output, new DescriptorChannel(await accept));
    }

    /// <summary>The peer's side: connects and runs.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string scenario, string name, string type, string[] arguments)
    {
        try
        {
            var socket = new Socket(
                AddressFamily.Unix, Enum.Parse<SocketType>(type), ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint("\0" + name));
            using var channel = new DescriptorChannel(socket);
            await PeerScenarios.RunAsync(scenario, channel, arguments);
            return 0;
        }
        catch (Exception failure)
        {
            Console.WriteLine(failure);
            return 1;
        }
    }

    /// <summary>Closes this end, waits for the peer, and fails unless it succeeded.</summary>
    public async Task FinishAsync()
    {
        Channel.Dispose();
        await _process.WaitForExitAsync().Within();
        Assert.True(_process.ExitCode == 0, await _output);
    }

    /// <summary>SIGKILL, without a wait.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGKILL; waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Within();
    }

    /// <summary>Ends the peer if it still runs.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
