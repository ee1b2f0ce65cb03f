using System.Net;
using System.Net.Sockets;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary>How the command starts, ends and fails.</summary>
public class ProcessTests
{
    private static readonly string[] Servers = ["serve", "echo", "plaintext"];

    public static TheoryData<string, int, string> Stops
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (string command in Servers)
            {
                data.Add(command, ToolProcess.SignalTerminate, "uring");
                data.Add(command, ToolProcess.SignalTerminate, "sockets");
                data.Add(command, ToolProcess.SignalInterrupt, "auto");
            }

            return data;
        }
    }

    public static TheoryData<string, string> WithoutUring
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string command in Servers)
            {
                data.Add(command, "EPERM");
                data.Add(command, "ENOSYS");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Stops))]
    [Trait("pitfall", "21")]
    public async Task Server_Signal_StopsCleanlyWithOpenConnections(
        string command, int signal, string engine)
    {
        await EngineCase.RequireAsync(engine);
        await using ToolProcess server =
            await ToolProcess.ServeAsync(command, "--engine", engine, "--address", "127.0.0.1");
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.EndPoint);

        server.Signal(signal);

        Assert.Equal(0, await server.WaitAsync());
        Assert.Equal("", server.Errors);
    }

    [Theory]
    [MemberData(nameof(WithoutUring))]
    [Trait("pitfall", "19")]
    public async Task Server_WithoutUring_RunsOnSocketsAndSaysWhy(string command, string errno)
    {
        await using ToolProcess server = await ToolProcess.ServeWithoutUringAsync(errno, command);

        Assert.StartsWith("Sluice runs on Sockets: ", server.Output, StringComparison.Ordinal);
        Assert.Contains(errno, server.Output.Split('\n')[0], StringComparison.Ordinal);
        server.Signal(ToolProcess.SignalTerminate);
        Assert.Equal(0, await server.WaitAsync());
    }

    [Theory]
    [MemberData(nameof(WithoutUring))]
    [Trait("pitfall", "19")]
    public async Task Server_UringDemandedWhereThereIsNone_FailsInOneSentence(
        string command, string errno)
    {
        await using ToolProcess tool = await ToolProcess.RunWithoutUringAsync(
            errno, command, "--engine", "uring", "--port", "0");

        AssertFailed(tool, errno);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Server_PortInUse_FailsInOneSentence(string engine)
    {
        await EngineCase.RequireAsync(engine);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string port = other.LocalEndpoint.ToString()!.Split(':')[1];

        foreach (string command in Servers)
        {
            await using ToolProcess tool = await ToolProcess.RunAsync(
                command, "--port", port, "--engine", engine);
            AssertFailed(tool, "ddress already in use");
        }
    }

    [Theory]
    [InlineData("/nowhere/at/all")]
    [InlineData("/etc/passwd")]
    public async Task Serve_NoDirectory_FailsInOneSentence(string path)
    {
        await using ToolProcess tool = await ToolProcess.RunAsync("serve", path);

        AssertFailed(tool, path);
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--port", "x")]
    [InlineData("--engine", "steam")]
    [InlineData("--scheduling", "1")]
    [InlineData("--reactors", "5000")]
    [InlineData("--address", "nowhere")]
    public async Task Server_BadOption_FailsInOneSentence(string option, string value)
    {
        await using ToolProcess tool = await ToolProcess.RunAsync("echo", option, value);

        Assert.Equal(1, await tool.WaitAsync());
        Assert.Single(tool.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", tool.Output);
    }

    [Fact]
    public async Task Doctor_WhereUringRuns_ExplainsAndSucceeds()
    {
        await EngineCase.RequireAsync("uring");

        await using ToolProcess tool = await ToolProcess.RunAsync("doctor");

        Assert.Equal(0, await tool.WaitAsync());
        foreach (string row in (string[])
            ["kernel", "ring setup", "operation Accept", "seccomp", "locked memory", "open files",
             "huge pages", "processors"])
        {
            Assert.Contains(row, tool.Output, StringComparison.Ordinal);
        }

        Assert.Matches(@"engine +│ Uring: ", tool.Output);
    }

    [Theory]
    [InlineData("EPERM")]
    [InlineData("ENOSYS")]
    [Trait("pitfall", "19")]
    public async Task Doctor_WithoutUring_SaysWhatToChangeAndFails(string errno)
    {
        await using ToolProcess tool = await ToolProcess.RunWithoutUringAsync(errno, "doctor");

        Assert.Equal(1, await tool.WaitAsync());
        Assert.Matches(@"engine +│ Sockets: ", tool.Output);
        Assert.Contains(errno, tool.Output, StringComparison.Ordinal);
        Assert.Contains("What to change", tool.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    public async Task Help_Always_NamesTheCommand(params string[] arguments)
    {
        await using ToolProcess tool = await ToolProcess.RunAsync(arguments);

        Assert.Equal(0, await tool.WaitAsync());
        Assert.Contains("  sluice ", tool.Output, StringComparison.Ordinal);
    }

    private static void AssertFailed(ToolProcess tool, string reason)
    {
        Assert.Equal(1, tool.WaitAsync().Result);
        string line = Assert.Single(tool.Errors.Split('\n'));
        Assert.StartsWith("sluice: ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }
}
