using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Tool.Tests.Processes;

namespace Sluice.Tool.Tests.Commands;

/// <summary><c>sluice serve</c> over every engine, with clients by several authors.</summary>
public partial class ServeTests(ServeFixture fixture)
{
    private const string Greeting = "Hello, World!";

    public static TheoryData<string, string> Engines => EngineCase.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Serve_Start_SaysEngineAndAddress(string engine, string scheduling)
    {
        ToolProcess server = await fixture.GetAsync(engine, scheduling);

        Assert.Matches($"(?i)^Sluice runs on {engine}: .+\\.\n", server.Output);
        Assert.StartsWith("http://127.0.0.1:", server.Address, StringComparison.Ordinal);
        Assert.DoesNotContain(":0", server.Address, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Plaintext_Http1_IsThirteenBytesOfText(string engine, string scheduling)
    {
        using HttpClient client = await fixture.GetClientAsync(engine, scheduling);

        using HttpResponseMessage response = await client.GetAsync("/plaintext");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(13, response.Content.Headers.ContentLength);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(Greeting, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Json_Http1_IsTheGreeting(string engine, string scheduling)
    {
        using HttpClient client = await fixture.GetClientAsync(engine, scheduling);

        using HttpResponseMessage response = await client.GetAsync("/json");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """{"message":"Hello, World!"}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Plaintext_Pipelined_IsAnsweredOncePerRequest(
        string engine, string scheduling)
    {
        const int Count = 200;
        ToolProcess server = await fixture.GetAsync(engine, scheduling);
        string requests = string.Concat(Enumerable.Repeat(
            "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n", Count));
        string last = "GET /json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        string answers = Encoding.Latin1.GetString(await RawClient.ExchangeAsync(
            server.EndPoint, closes: false, Encoding.Latin1.GetBytes(requests + last)));

        Assert.Equal(Count + 1, Regex.Count(answers, Greeting, RegexOptions.None));
        Assert.Equal(Count + 1, Regex.Count(answers, "HTTP/1.1 200 OK\r\n", RegexOptions.None));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http2_PriorKnowledge_SharesThePort(string engine, string scheduling)
    {
        // Fits into a stream's window: the client reads only after it has sent everything.
        byte[] body = fixture.Large[..50_000];
        using HttpClient client =
            await fixture.GetClientAsync(engine, scheduling, HttpVersion.Version20);

        string[] answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => client.GetStringAsync("/plaintext")));
        using HttpResponseMessage echo =
            await client.PostAsync("/echo", new ByteArrayContent(body));

        Assert.All(answers, answer => Assert.Equal(Greeting, answer));
        Assert.Equal(HttpVersion.Version20, echo.Version);
        Assert.Equal(body, await echo.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Http2_PrefaceInPieces_IsRecognised(string engine, string scheduling)
    {
        ToolProcess server = await fixture.GetAsync(engine, scheduling);
        byte[] opening =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            0, 0, 0, 4, 0, 0, 0, 0, 0, // SETTINGS, empty
            0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // GOAWAY
        ];

        byte[] answer = await RawClient.ExchangeAsync(
            server.EndPoint, closes: false, [.. opening.Select(b => new[] { b })]);

        Assert.Equal(4, answer[3]); // the server's SETTINGS come first
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Upload_64Mebibytes_HasTheRightHash(string engine, string scheduling)
    {
        using HttpClient client = await fixture.GetClientAsync(engine, scheduling);

        using HttpResponseMessage response =
            await client.PutAsync("/upload", new ByteArrayContent(fixture.Large));

        Assert.Equal(
            $$"""{"length":{{fixture.Large.Length}},"sha256":"{{Hash(fixture.Large)}}"}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Download_64Mebibytes_HasTheRightHash(string engine, string scheduling)
    {
        using HttpClient client = await fixture.GetClientAsync(engine, scheduling);

        byte[] body = await client.GetByteArrayAsync("/large.bin");

        Assert.Equal(Hash(fixture.Large), Hash(body));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Echo_ChunkedBody_ComesBack(string engine, string scheduling)
    {
        using HttpClient client = await fixture.GetClientAsync(engine, scheduling);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo")
        {
            Content = new StreamContent(new MemoryStream(fixture.Large[..100_000])),
        };
        request.Headers.TransferEncodingChunked = true;

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(fixture.Large[..100_000], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task WebSocket_Messages_ComeBack(string engine, string scheduling)
    {
        ToolProcess server = await fixture.GetAsync(engine, scheduling);
        using var timeout = new CancellationTokenSource(ToolProcess.Patience);
        using var socket = new ClientWebSocket();
        byte[] buffer = new byte[200_000];

        await socket.ConnectAsync(
            new UriBuilder(server.Url) { Scheme = "ws", Path = "/ws" }.Uri, timeout.Token);
        foreach (int size in new[] { 0, 1, 1000, 100_000 })
        {
            await socket.SendAsync(
                fixture.Large.AsMemory(0, size), WebSocketMessageType.Binary, true, timeout.Token);
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.True(buffer.AsSpan(0, length).SequenceEqual(fixture.Large.AsSpan(0, size)));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", timeout.Token);
        Assert.Equal("bye", socket.CloseStatusDescription);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Curl_BothVersions_GetRightAnswers(string engine, string scheduling)
    {
        ToolProcess server = await fixture.GetAsync(engine, scheduling);

        foreach (string version in new[] { "--http1.1", "--http2", "--http2-prior-knowledge" })
        {
            Assert.Equal(Greeting, await ExternalTool.RunAsync(
                "curl", "-sf", version, server.Address + "/plaintext"));
            Assert.Equal("body", await ExternalTool.RunAsync(
                "curl", "-sf", version, "-d", "body", server.Address + "/echo"));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Wrk_OneSecond_SeesNoError(string engine, string scheduling)
    {
        ToolProcess server = await fixture.GetAsync(engine, scheduling);

        string report = await ExternalTool.RunAsync(
            "wrk", "-t1", "-c16", "-d1", server.Address + "/plaintext");

        Assert.DoesNotContain("errors", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", report, StringComparison.Ordinal);
        Match count = RequestsPattern().Match(report);
        Assert.True(count.Success, report);
        Assert.NotEqual(0, int.Parse(count.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task H2load_BothVersions_SucceedsEveryTime(string engine, string scheduling)
    {
        const string Success = "2000 done, 2000 succeeded, 0 failed, 0 errored, 0 timeout";
        ToolProcess server = await fixture.GetAsync(engine, scheduling);

        string one = await ExternalTool.RunAsync(
            "h2load", "-n2000", "-c8", "-m4", "--h1", server.Address + "/plaintext");
        string two = await ExternalTool.RunAsync(
            "h2load", "-n2000", "-c8", "-m16", server.Address + "/plaintext");

        Assert.Contains(Success, one, StringComparison.Ordinal);
        Assert.Contains(Success, two, StringComparison.Ordinal);
        Assert.Contains("Application protocol: h2c", two, StringComparison.Ordinal);
    }

    private static string Hash(byte[] bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(@"(?<count>\d+) requests in", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RequestsPattern();
}
