using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sluice.AspNetCore.Tests;

/// <summary>An ASP.NET Core application on Sluice that listens on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>A test that waits longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _application;

    private TestServer(WebApplication application, CollectingLoggerProvider log)
    {
        _application = application;
        Log = log;
    }

    public CollectingLoggerProvider Log { get; }

    public Uri Address => new(_application.Urls.First());

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public static async Task<TestServer> StartAsync(
        Engine engine,
        Scheduling scheduling,
        RequestDelegate handler,
        HttpProtocols protocols = HttpProtocols.Http1,
        bool withTls = false,
        int endPoints = 1)
    {
        await EngineCase.RequireAsync(engine);
        var log = new CollectingLoggerProvider();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(log);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Patience);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSluice(options =>
        {
            options.Engine = engine;
            options.Scheduling = scheduling;
            options.ReactorCount = 2;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            for (int i = 0; i < endPoints; i++)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = protocols;
                    if (withTls)
                        listen.UseHttps(TestCertificate.Server);
                });
            }
        });
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(handler);
        await application.StartAsync();
        return new TestServer(application, log);
    }

    public IEnumerable<Uri> Addresses => _application.Urls.Select(url => new Uri(url));

    public HttpClient CreateClient(Version? version = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
#pragma warning disable CA5359 // The certificate was made a moment ago, by this test.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
        };
        return new HttpClient(handler)
        {
            BaseAddress = Address,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Patience,
        };
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return socket;
    }

    public Task StopAsync() => _application.StopAsync();

    // Kestrel stops in a blocking call: not on a reactor's thread, where a test may have got to.
    public async ValueTask DisposeAsync() =>
        await Task.Run(() => _application.DisposeAsync().AsTask());
}
