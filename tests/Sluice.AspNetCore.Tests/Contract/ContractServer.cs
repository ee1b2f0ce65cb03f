using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>A whole application under Kestrel, over any of the transports.</summary>
internal sealed class ContractServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ContractServer(WebApplication application, CollectingLoggerProvider log)
    {
        _application = application;
        Log = log;
    }

    public CollectingLoggerProvider Log { get; }

    public IServiceProvider Services => _application.Services;

    public Uri Address => new(_application.Urls.First());

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    /// <param name="kind">The transport.</param>
    /// <param name="map">Builds the application.</param>
    /// <param name="limits">Sets Kestrel's options.</param>
    /// <param name="listen">Sets those of the only endpoint; HTTP/1.1 unless it says so.</param>
    /// <param name="services">Adds services.</param>
    public static async Task<ContractServer> StartAsync(
        TransportKind kind,
        Action<WebApplication> map,
        Action<KestrelServerOptions>? limits = null,
        Action<ListenOptions>? listen = null,
        Action<IServiceCollection>? services = null)
    {
        await kind.RequireAsync();
        var log = new CollectingLoggerProvider();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddProvider(log);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Patience.Limit);
        services?.Invoke(builder.Services);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        kind.AddTo(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            limits?.Invoke(kestrel);
            kestrel.Listen(IPAddress.Loopback, 0, options =>
            {
                options.Protocols = HttpProtocols.Http1;
                listen?.Invoke(options);
            });
        });
        WebApplication application = builder.Build();
        map(application);
        await application.StartAsync().Within();
        return new ContractServer(application, log);
    }

    public Task<RawPeer> ConnectAsync() => RawPeer.ConnectAsync(EndPoint);

    public HttpClient CreateClient(
        Version? version = null, Action<SocketsHttpHandler>? configure = null)
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
        configure?.Invoke(handler);
        return new HttpClient(handler)
        {
            BaseAddress = Address,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Patience.Limit,
        };
    }

    public Task StopAsync(CancellationToken deadline = default) =>
        _application.StopAsync(deadline);

    // Kestrel stops in a blocking call: not on a reactor's thread, where a test may have got to.
    public async ValueTask DisposeAsync() =>
        await Task.Run(() => _application.DisposeAsync().AsTask()).Within();
}
