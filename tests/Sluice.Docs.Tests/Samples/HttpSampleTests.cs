using System.Net;
using System.Text;

namespace Sluice.Docs.Tests.Samples;

/// <summary>samples/http answers what is right, and refuses what is not.</summary>
public sealed class HttpSampleTests : IAsyncLifetime
{
    private SampleProcess _sample = null!;

    public async ValueTask InitializeAsync() =>
        _sample = await SampleProcess.StartAsync("http", "127.0.0.1:0");

    public ValueTask DisposeAsync() => _sample.DisposeAsync();

    [Fact]
    public async Task HttpClient_GetAndPost_AreAnswered()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_sample.EndPoint}") };
        string body = new('x', 60_000);

        Assert.Equal("Hello from scratch.\n", await client.GetStringAsync("/"));
        using HttpResponseMessage echo =
            await client.PostAsync("/echo", new StringContent(body, Encoding.ASCII));
        Assert.Equal(body, await echo.Content.ReadAsStringAsync());
        using HttpResponseMessage missing = await client.GetAsync("/missing");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Pipeline_OfThreeRequests_IsAnsweredInOrder()
    {
        string answers = await SampleClient.ExchangeAsync(
            _sample.EndPoint,
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
            + "PUT / HTTP/1.1\r\nHost: x\r\n\r\n"
            + "GET / HTTP/1.0\r\n\r\n",
            closes: false);

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\none"
            + "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n"
            + "Connection: keep-alive\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n"
            + "Hello from scratch.\n",
            answers);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData(
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", 413)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 501)]
    [InlineData("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505)]
    public async Task Request_Malformed_IsRefusedAndTheConnectionEnds(string request, int status)
    {
        string answer = await SampleClient.ExchangeAsync(_sample.EndPoint, request, closes: false);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: close\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithEndlessHead_IsRefused()
    {
        string answer = await SampleClient.ExchangeAsync(
            _sample.EndPoint, "GET /" + new string('a', 10_000), closes: false);

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enter_StopsTheServer() => Assert.Equal(0, await _sample.StopAsync());
}
