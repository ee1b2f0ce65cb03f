using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sluice.Tool.Tests.Faults;

/// <summary>One connection; what the server answers is compared with what was sent.</summary>
internal sealed class EchoClient : IDisposable
{
    private const int LengthMax = 100_000;

    private readonly HttpClient _http;

    /// <param name="server">Where to.</param>
    /// <param name="patience">How long it waits for an answer.</param>
    /// <param name="newSocket">Makes its socket; null: an ordinary one.</param>
    public EchoClient(Uri server, TimeSpan patience, Func<Socket>? newSocket)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            UseProxy = false,
            Expect100ContinueTimeout = patience,
        };
        if (newSocket is not null)
        {
            handler.ConnectCallback = async (context, timeout) =>
            {
                Socket socket = newSocket();
                await socket.ConnectAsync(context.DnsEndPoint, timeout);
                return new NetworkStream(socket, ownsSocket: true);
            };
        }

        _http = new HttpClient(handler) { BaseAddress = server, Timeout = patience };
    }

    /// <summary>Sends a body of a random length; it must come back.</summary>
    public async Task ExchangeAsync()
    {
        byte[] body = NewBody();
        using var content = new ByteArrayContent(body);
        using HttpResponseMessage response = await _http.PostAsync("/echo", content);
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        Assert.True(
            (await response.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(body),
            "Other bytes came back.");
    }

    /// <summary>Sends half of a body once the server asks for it, and the rest when told.</summary>
    /// <returns>The whole exchange; it waits for <paramref name="rest"/>.</returns>
    public async Task<Task> BeginAsync(Task rest)
    {
        byte[] body = NewBody();
        var content = new HalvedContent(body, rest);
        Task whole = UploadAsync(content, Convert.ToHexStringLower(SHA256.HashData(body)));
        await Task.WhenAny(content.HalfIsSent, whole);
        return whole;
    }

    public void Dispose() => _http.Dispose();

    private static byte[] NewBody() =>
        RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, LengthMax));

    // The server says "continue" when its handler reads: it is in the request then.
    private async Task UploadAsync(HttpContent content, string hash)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload")
        {
            Content = content,
        };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        Assert.Contains(
            hash, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
