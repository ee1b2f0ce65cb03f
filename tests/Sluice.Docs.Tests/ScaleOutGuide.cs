using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Sockets;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.Docs.Tests;

/// <summary>
/// The programs of docs/scale-out.md. Each region stands there word for word.
/// </summary>
public sealed class ScaleOutGuide
{
    private static readonly byte[] Header =
        "PROXY TCP4 192.0.2.7 198.51.100.9 50123 443\r\n"u8.ToArray();

    [Fact]
    public async Task Proxy()
    {
        const int port = 0;
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseSluice();
        builder.Logging.ClearProviders();
        var proxies = IPNetwork.Parse("127.0.0.0/8");

        #region docs: proxy
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port, listen =>
            listen.UseSluiceProxyProtocol(proxy => proxy.TrustedNetworks.Add(proxies))));
        #endregion

        await using WebApplication app = builder.Build();
        app.MapGet("/", Who);
        await app.StartAsync();
        string answer = await AskAsync(new Uri(app.Urls.First()).Port);
        Assert.Contains("192.0.2.7 through ", answer, StringComparison.Ordinal);
        Assert.EndsWith("127.0.0.1", answer, StringComparison.Ordinal);

        #region docs: proxy-feature
        static string Who(HttpContext context)
        {
            var proxy = context.Features.Get<IProxyProtocolFeature>();
            var through = proxy?.ProxyEndPoint as IPEndPoint;
            return $"{context.Connection.RemoteIpAddress} through {through?.Address}";
        }
        #endregion
    }

    [Fact]
    public async Task RawProxy()
    {
        var proxies = IPNetwork.Parse("127.0.0.0/8");
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        var client = new TaskCompletionSource<EndPoint>();
        Task HandleAsync(Connection connection)
        {
            client.SetResult(connection.RemoteEndPoint);
            return Task.CompletedTask;
        }

        await using SluiceRuntime runtime = SluiceRuntime.Start();

        #region docs: raw-proxy
        var options = new ListenOptions().UseProxyProtocol(
            proxy => proxy.TrustedNetworks.Add(proxies));
        await using var server = await runtime.ServeAsync(endPoint, HandleAsync, options);
        #endregion

        _ = await AskAsync(((IPEndPoint)server.EndPoint).Port);
        Assert.Equal(IPEndPoint.Parse("192.0.2.7:50123"), await client.Task);
    }

    [Fact]
    public async Task Drain()
    {
        string[] args = ["--urls", "http://127.0.0.1:0"];

        #region docs: drain
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseSluice();
        builder.Services.AddSluiceDrain(drain => drain.UnreadyTime = TimeSpan.FromSeconds(5));

        var app = builder.Build();
        app.MapHealthChecks("/ready");
        #endregion

        await using (app)
        {
            await app.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            Assert.Equal("Healthy", await client.GetStringAsync("/ready"));
            app.Lifetime.StopApplication();
            using HttpResponseMessage answer = await client.GetAsync("/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            await app.StopAsync(new CancellationToken(canceled: true));
        }
    }

    [Fact]
    public async Task Orleans()
    {
        // As Orleans registers its transport: keyed by objects that are its own.
        IServiceCollection services = new ServiceCollection().AddLogging();
        var silo = new object();
        services.AddKeyedSingleton<IConnectionListenerFactory>(silo, (_, _) => null!);
        services.AddKeyedSingleton<IConnectionFactory>(silo, (_, _) => null!);

        #region docs: orleans
        services.AddKeyedSluiceTransport("orleans");
        foreach (ServiceDescriptor theirs in services.ToArray())
        {
            if (!theirs.IsKeyedService || theirs.ServiceKey is string)
                continue;
            if (theirs.ServiceType == typeof(IConnectionListenerFactory))
            {
                services.Replace(ServiceDescriptor.KeyedSingleton(theirs.ServiceKey, (all, _) =>
                    all.GetRequiredKeyedService<IConnectionListenerFactory>("orleans")));
            }
            else if (theirs.ServiceType == typeof(IConnectionFactory))
            {
                services.Replace(ServiceDescriptor.KeyedSingleton(theirs.ServiceKey, (all, _) =>
                    all.GetRequiredKeyedService<IConnectionFactory>("orleans")));
            }
        }
        #endregion

        await using ServiceProvider provider = services.BuildServiceProvider();
        await using IConnectionListener listener = await provider
            .GetRequiredKeyedService<IConnectionListenerFactory>(silo)
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using ConnectionContext connection = await provider
            .GetRequiredKeyedService<IConnectionFactory>(silo)
            .ConnectAsync(listener.EndPoint);
        await using ConnectionContext? accepted = await listener.AcceptAsync();
        Assert.Equal(connection.LocalEndPoint, accepted!.RemoteEndPoint);
    }

    private static async Task<string> AskAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Header);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Replace("\r\n0\r\n\r\n", "");
    }
}
