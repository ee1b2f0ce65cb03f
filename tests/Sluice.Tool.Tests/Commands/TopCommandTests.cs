using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Diagnostics;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice top</c> beside a real <c>sluice serve</c>.</summary>
public sealed class TopCommandTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sluice-top-");

    [Theory]
    [InlineData("uring", false)]
    [InlineData("uring", true)]
    [InlineData("sockets", false)]
    [InlineData("sockets", true)]
    public async Task Top_OnceAsJson_HasTheFiguresOfTheServer(string engine, bool byAddress)
    {
        await using ToolProcess server = await ServeAsync(engine);
        using var client = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("Hello, World!", await client.GetStringAsync("/plaintext"));

        await using ToolProcess top = await ToolProcess.RunAsync(
            "top", Target(server, byAddress), "--once", "--json");

        Assert.Equal("", top.Errors);
        SluiceSnapshot snapshot = SluiceSnapshot.FromJson(Encoding.UTF8.GetBytes(top.Output));
        Assert.Equal(server.Id, snapshot.ProcessId);
        Assert.Equal(engine, snapshot.Engine);
        Assert.True(snapshot is { ResidentBytes: > 0, UptimeSeconds: > 0, ProcessorSeconds: > 0 });
        if (engine != "uring")
            return;

        Assert.InRange(snapshot.Accepted, 1, 3);
        Assert.InRange(snapshot.BytesSent, 13, long.MaxValue);
        Assert.Equal(2, snapshot.Reactors.Count);
        Assert.Equal(snapshot.HeapBytes, snapshot.Reactors.Sum(reactor => reactor.HeapBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Top_UnderLoad_CountsTheRequests(bool byAddress)
    {
        await using ToolProcess server = await ServeAsync("uring");
        using var client = new HttpClient { BaseAddress = server.Url };
        using var ended = new CancellationTokenSource();
        Task load = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
                _ = await client.GetStringAsync("/plaintext");
        });

        await using ToolProcess top = await ToolProcess.RunAsync(
            "top", Target(server, byAddress), "--once", "--interval", "0.5");
        await ended.CancelAsync();
        await load;

        Assert.Equal("", top.Errors);
        Assert.Contains($"process {server.Id}", top.Output, StringComparison.Ordinal);
        Assert.Contains("engine io_uring", top.Output, StringComparison.Ordinal);
        Assert.Contains("Reactor", top.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("requests 0/s", top.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', top.Output);
    }

    [Fact]
    public async Task Top_AProcessThatIsNot_SaysSo()
    {
        await using ToolProcess top = await ToolProcess.RunAsync("top", "4194304");

        Assert.Equal(1, await top.WaitAsync());
        Assert.Equal("sluice: There is no process 4194304.", top.Errors);
    }

    [Fact]
    public async Task Top_AProcessWithoutDotNet_SaysSo()
    {
        using Process sleep = Process.Start("sleep", "60");
        await using ToolProcess top = await ToolProcess.RunAsync(
            "top", sleep.Id.ToString(CultureInfo.InvariantCulture));
        sleep.Kill();

        Assert.Equal(1, await top.WaitAsync());
        Assert.Contains("is no .NET program", top.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_AProcessWithoutSluice_SaysSo()
    {
        await using ToolProcess server = await ToolProcess.ServeAsync("serve", _root.FullName);
        await using ToolProcess other = await ToolProcess.StartAsync(
            "top", server.Id.ToString(CultureInfo.InvariantCulture));
        await other.WrittenAsync("Reactor");

        await using ToolProcess top = await ToolProcess.RunAsync(
            "top", other.Id.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(1, await top.WaitAsync());
        Assert.Contains("does not use Sluice", top.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_NoDashboard_SaysSo()
    {
        await using ToolProcess server = await ToolProcess.ServeAsync("serve", _root.FullName);

        await using ToolProcess top = await ToolProcess.RunAsync("top", $"{server.Address}/sluice");

        Assert.Equal(1, await top.WaitAsync());
        Assert.Contains("There is no dashboard at", top.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "is neither the id of a process nor an address")]
    [InlineData("http://127.0.0.1:1/sluice", "cannot be reached")]
    public async Task Top_AWrongTarget_SaysSo(string target, string message)
    {
        await using ToolProcess top = await ToolProcess.RunAsync("top", target);

        Assert.Equal(1, await top.WaitAsync());
        Assert.Contains(message, top.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Top_Interrupted_EndsCleanly(bool byAddress)
    {
        await using ToolProcess server = await ServeAsync("uring");
        await using ToolProcess top = await ToolProcess.StartAsync(
            "top", Target(server, byAddress), "--interval", "0.2");
        await top.WrittenAsync("Reactor");

        top.Signal(ToolProcess.SignalInterrupt);

        Assert.Equal(0, await top.WaitAsync());
        Assert.Equal("", top.Errors);
    }

    [Fact]
    public async Task Top_TheServerEnds_SaysSo()
    {
        await using ToolProcess server = await ServeAsync("uring");
        await using ToolProcess top = await ToolProcess.StartAsync(
            "top", Target(server, byAddress: false), "--interval", "0.2");
        await top.WrittenAsync("Reactor");

        server.Signal(ToolProcess.SignalTerminate);

        Assert.Equal(1, await top.WaitAsync());
        Assert.Equal($"sluice: Process {server.Id} has ended.", top.Errors);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static string Target(ToolProcess server, bool byAddress) => byAddress
        ? $"{server.Address}/sluice"
        : server.Id.ToString(CultureInfo.InvariantCulture);

    private Task<ToolProcess> ServeAsync(string engine) => ServeAsync(engine, _root.FullName);

    private static async Task<ToolProcess> ServeAsync(string engine, string root)
    {
        await EngineCase.RequireAsync(engine);
        return await ToolProcess.ServeAsync(
            "serve", root, "--engine", engine, "--reactors", "2", "--dashboard");
    }
}
