using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Http;
using Sluice.Sockets;

namespace Sluice.Docs.Tests;

/// <summary>
/// The programs of docs/aspnetcore.md. Each region stands there word for word.
/// </summary>
public sealed class AspNetCoreGuide
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task Line()
    {
        string[] args = ["--urls", "http://127.0.0.1:0"];

        #region docs: line
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseSluice();
        #endregion

        builder.Logging.ClearProviders();
        await AssertServesAsync(builder);
    }

    [Fact]
    public async Task Handle()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(AnyPort);
        ulong descriptor = (ulong)socket.Handle;
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseSluice();
        builder.Logging.ClearProviders();

        #region docs: handle
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseSystemd();                   // what systemd passes, if it started us
            kestrel.ListenHandle(descriptor);       // or any other descriptor, by its number
        });
        #endregion

        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "Hello, World!");
        await app.StartAsync();
        using var client = new HttpClient();
        Assert.Equal(
            "Hello, World!", await client.GetStringAsync($"http://{socket.LocalEndPoint}/"));
    }

    [Fact]
    public async Task Options()
    {
        string[] args = ["--urls", "http://127.0.0.1:0"];
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();

        #region docs: options
        builder.UseSluice(options => options.Scheduling = Scheduling.Inline);
        #endregion

        await AssertServesAsync(builder);
    }

    [Fact]
    public async Task Keyed()
    {
        IServiceCollection services = new ServiceCollection().AddLogging();

        #region docs: keyed
        services.AddKeyedSluiceTransport("silo", options => options.ReactorCount = 1);
        #endregion

        await using ServiceProvider provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredKeyedService<IConnectionListenerFactory>("silo");
        await using IConnectionListener listener = await factory.BindAsync(AnyPort);
        Assert.NotEqual(AnyPort, listener.EndPoint);
    }

    [Fact]
    public async Task Outbound()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.UseSluice();
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(AnyPort);
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        #region docs: outbound
        var factory = app.Services.GetRequiredService<IConnectionFactory>();
        await using ConnectionContext connection = await factory.ConnectAsync(
            new DnsEndPoint("localhost", port));
        #endregion

        Assert.NotNull(connection.LocalEndPoint);
    }

    [Fact]
    public async Task Http()
    {
        string[] args = ["--urls", "http://127.0.0.1:0"];
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "Hello, World!");
        await app.StartAsync();
        await using SluiceRuntime runtime = SluiceRuntime.Start();

        #region docs: http
        using var client = new HttpClient(new SocketsHttpHandler().UseSluice(runtime));
        #endregion

        Assert.Equal("Hello, World!", await client.GetStringAsync(app.Urls.First()));
    }

    [Fact]
    public async Task RawHandle()
    {
        await using SluiceRuntime runtime = SluiceRuntime.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(AnyPort);

        #region docs: raw-handle
        await using ConnectionListener listener = await runtime.ListenAsync(socket.SafeHandle);
        #endregion

        Assert.Equal(socket.LocalEndPoint, listener.EndPoint);
    }

    private static async Task AssertServesAsync(WebApplicationBuilder builder)
    {
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "Hello, World!");
        await app.StartAsync();
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(app.Urls.First()));
    }
}
