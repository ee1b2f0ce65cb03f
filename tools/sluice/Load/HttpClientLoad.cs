using System.Diagnostics;
using System.Net;
using System.Net.Security;

namespace Sluice.Tool.Load;

/// <summary>
/// Loads a server through <see cref="HttpClient"/>: TLS and HTTP/2. It costs more than the server
/// does, so compare what the server spent, not what it answered.
/// </summary>
/// <remarks>Certificates are not checked: a server that is measured has made its own.</remarks>
internal sealed class HttpClientLoad : IDisposable
{
    // Requests of HTTP/2 share connections.
    private const int HttpTwoConnectionsMax = 8;

    private readonly Uri _address;
    private readonly HttpClient[] _clients;
    private readonly byte[] _expected;

    private HttpClientLoad(Uri address, HttpClient[] clients, byte[] expected)
    {
        _address = address;
        _clients = clients;
        _expected = expected;
    }

    /// <summary>Runs all of it.</summary>
    /// <param name="address">What is requested, over <c>http</c> or <c>https</c>.</param>
    /// <param name="settings">
    /// The load; the server's address and the rate in it are not used.
    /// </param>
    /// <param name="isHttpTwo">HTTP/2 instead of HTTP/1.1.</param>
    public static async Task<LoadReport> RunAsync(
        Uri address, LoadSettings settings, bool isHttpTwo)
    {
        int count = isHttpTwo
            ? Math.Min(settings.Connections, HttpTwoConnectionsMax)
            : settings.Connections;
        HttpClient[] clients = [.. Enumerable.Range(0, count).Select(_ => CreateClient(isHttpTwo))];
        try
        {
            byte[] expected = await clients[0].GetByteArrayAsync(address);
            using var load = new HttpClientLoad(address, clients, expected);
            if (settings.WarmUp > TimeSpan.Zero)
                _ = await load.RunAsync(settings, settings.WarmUp);
            return await load.RunAsync(settings, settings.Duration);
        }
        catch (HttpRequestException failure)
        {
            throw new UserErrorException($"A request failed: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        foreach (HttpClient client in _clients)
            client.Dispose();
    }

    private static HttpClient CreateClient(bool isHttpTwo)
    {
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            UseProxy = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
#pragma warning disable CA5359 // See the remarks.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
        };
        return new HttpClient(handler)
        {
            DefaultRequestVersion = isHttpTwo ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private async Task<LoadReport> RunAsync(LoadSettings settings, TimeSpan duration)
    {
        var cost = ProcessCost.Start(settings.ServerProcess);
        long start = Stopwatch.GetTimestamp();
        var loops = new Task<LatencyHistogram>[settings.Connections];
        for (int i = 0; i < loops.Length; i++)
        {
            HttpClient client = _clients[i % _clients.Length];
            loops[i] = Task.Run(() => LoopAsync(client, start, duration));
        }

        var latencies = new LatencyHistogram();
        foreach (Task<LatencyHistogram> loop in loops)
            latencies.Add(await loop);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return LoadReport.Create(
            latencies.Count, seconds, latencies, delayed: 0, cost?.Stop());
    }

    private async Task<LatencyHistogram> LoopAsync(
        HttpClient client, long start, TimeSpan duration)
    {
        var latencies = new LatencyHistogram();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            long begun = Stopwatch.GetTimestamp();
            byte[] body = await client.GetByteArrayAsync(_address);
            latencies.Record((long)Stopwatch.GetElapsedTime(begun).TotalNanoseconds);
            if (!body.AsSpan().SequenceEqual(_expected))
                throw new UserErrorException("An answer differs from the first one.");
        }

        return latencies;
    }
}
