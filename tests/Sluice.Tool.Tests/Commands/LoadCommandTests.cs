using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice load</c>.</summary>
public class LoadCommandTests(ServeFixture servers)
{
    [Theory]
    [InlineData("http", "/plaintext", "")]
    [InlineData("http", "/plaintext", "--depth 16")]
    [InlineData("http", "/plaintext", "--rate 500")]
    [InlineData("http", "/plaintext", "--http2")]
    [InlineData("http", "/bytes/65536", "")]
    [InlineData("http", "/echo", "--bytes 100000")]
    [InlineData("http", "/discard", "--bytes 1000000")]
    [InlineData("ws", "/ws", "")]
    [InlineData("ws", "/ws", "--bytes 10000")]
    public async Task Load_Server_CountsWhatItAnswered(string scheme, string path, string more)
    {
        await EngineCase.RequireAsync("uring");
        ToolProcess server = await servers.GetAsync("uring", "threadpool");

        JsonElement report = await MeasureAsync(
            $"{scheme}://{server.EndPoint}{path}", $"{more} --process {server.Id}");

        long requests = report.GetProperty("requests").GetInt64();
        double median = report.GetProperty("p50").GetDouble();
        Assert.InRange(requests, 1, long.MaxValue);
        Assert.InRange(median, 1, report.GetProperty("max").GetDouble());
        Assert.InRange(report.GetProperty("serverCpu").GetDouble(), 0.1, 1_000_000);
        if (more.StartsWith("--rate", StringComparison.Ordinal))
            Assert.InRange(requests, 1, 500);
    }

    [Theory]
    [InlineData("uring", "")]
    [InlineData("uring", "--http2")]
    [InlineData("sockets", "--http2")]
    public async Task Load_Tls_CountsWhatItAnswered(string engine, string more)
    {
        await EngineCase.RequireAsync("uring");
        await using ToolProcess server = await ToolProcess.ServeAsync(
            "serve", servers.Served, "--tls", "--engine", engine);
        Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);

        JsonElement report = await MeasureAsync($"{server.Address}/plaintext", more);

        Assert.InRange(report.GetProperty("requests").GetInt64(), 1, long.MaxValue);
    }

    [Fact]
    public async Task Load_Idle_HoldsTheConnectionsUntilTheInputEnds()
    {
        await EngineCase.RequireAsync("uring");
        await using ToolProcess server = await ToolProcess.ServeAsync("plaintext");

        // The input of the test's child is empty.
        await using ToolProcess load = await ToolProcess.RunAsync(
            "load", $"http://{server.EndPoint}/", "--connections", "20", "--idle");

        Assert.Equal(0, await load.WaitAsync());
        Assert.Equal("20 connections are idle.", load.Output);
    }

    [Fact]
    public async Task Load_RawEcho_CountsWhatItAnswered()
    {
        await EngineCase.RequireAsync("uring");
        await using ToolProcess server = await ToolProcess.ServeAsync("echo");

        JsonElement report = await MeasureAsync($"tcp://{server.EndPoint}", "--bytes 40000");

        Assert.InRange(report.GetProperty("requests").GetInt64(), 1, long.MaxValue);
    }

    [Fact]
    public async Task Load_NobodyListens_SaysSoInOneSentence()
    {
        using var unused = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await using ToolProcess load = await ToolProcess.RunAsync(
            "load", $"http://{unused.LocalEndPoint}/");

        Assert.Equal(1, await load.WaitAsync());
        Assert.StartsWith(
            $"sluice: There is no connection to {unused.LocalEndPoint}", load.Errors);
        Assert.DoesNotContain('\n', load.Errors);
    }

    [Theory]
    [InlineData("404", "sluice: The server answered \"HTTP/1.1 404 No\".")]
    [InlineData("changes", "sluice: The server's answers differ from each other.")]
    [InlineData("changes-later", "sluice: An answer differs from the first one.")]
    [InlineData("closes", "sluice: The server closed a connection.")]
    [InlineData("closes-later", "sluice: The server closed a connection.")]
    [InlineData("too-much", "sluice: The server sent more than it was asked for.")]
    [InlineData("no-length", "sluice: The server's answer has no Content-Length.")]
    public async Task Load_ServerThatErrs_EndsInOneSentence(string error, string sentence)
    {
        await EngineCase.RequireAsync("uring");
        using var server = new ErringServer(error);

        await using ToolProcess load = await ToolProcess.RunAsync(
            "load", $"http://{server.EndPoint}/", "--connections", "1", "--seconds", "1",
            "--rate", "20");

        Assert.Equal(1, await load.WaitAsync());
        Assert.Equal(sentence, load.Errors);
    }

    [Theory]
    [InlineData("ftp://localhost:1/", "is not an address of http, https, ws or tcp")]
    [InlineData("tcp://localhost", "has no port")]
    [InlineData("http://127.0.0.1:1/ --connections 0", "--connections must be from 1 to")]
    [InlineData("https://127.0.0.1:1/ --depth 2", "are for HTTP/1.1 without TLS")]
    [InlineData("ws://127.0.0.1:1/ --http2", "--http2 is for http and https")]
    public async Task Load_BadArguments_SaysWhich(string arguments, string part)
    {
        await using ToolProcess load =
            await ToolProcess.RunAsync(["load", .. arguments.Split(' ')]);

        Assert.Equal(1, await load.WaitAsync());
        Assert.Contains(part, load.Errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> MeasureAsync(string address, string more)
    {
        await using ToolProcess load = await ToolProcess.RunAsync(
        [
            "load", address, "--connections", "8", "--seconds", "1", "--warm-up", "0", "--json",
            .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        Assert.Equal(0, await load.WaitAsync());
        Assert.Equal("", load.Errors);
        return JsonDocument.Parse(load.Output).RootElement.Clone();
    }

    /// <summary>Answers a few requests as it should, then as its name says.</summary>
    private sealed class ErringServer : IDisposable
    {
        private const int GoodAnswers = 5;
        private readonly Socket _listener =
            new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        private readonly string _error;
        private int _answers;

        public ErringServer(string error)
        {
            _error = error;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _ = Task.Run(ServeAsync);
        }

        public EndPoint EndPoint => _listener.LocalEndPoint!;

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                using Socket socket = await _listener.AcceptAsync();
                byte[] request = new byte[1000];
                while (await socket.ReceiveAsync(request) > 0 && Answer() is { } answer)
                    await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        }

        private string? Answer()
        {
            const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
            bool isLater = ++_answers > GoodAnswers;
            return _error switch
            {
                "404" => "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
                "changes" => Good[..^1] + (char)('a' + _answers),
                "changes-later" when isLater => Good[..^1] + 'z',
                "closes" => null,
                "closes-later" when isLater => null,
                "too-much" when isLater => Good + "x" + Good,
                "no-length" => "HTTP/1.1 200 OK\r\n\r\n",
                _ => Good,
            };
        }
    }
}
