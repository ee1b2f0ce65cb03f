using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sluice.AspNetCore.Tests;

public class SluiceTransportFactoryTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task BindAsync_EngineSockets_UsesKestrelsTransportAndSaysSoOnce()
    {
        var log = new CollectingLoggerProvider();
        await using ServiceProvider services = CreateServices(Engine.Sockets, log);
        var factory = services.GetRequiredService<IConnectionListenerFactory>();

        await using IConnectionListener first = await factory.BindAsync(AnyPort);
        await using IConnectionListener second = await factory.BindAsync(AnyPort);

        Assert.StartsWith(
            "Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets",
            first.GetType().FullName,
            StringComparison.Ordinal);
        Assert.Contains("Sockets", Assert.Single(log.Lines).Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindAsync_EngineUring_UsesSluiceAndSaysSoOnce()
    {
        await EngineCase.RequireAsync(Engine.Uring);
        var log = new CollectingLoggerProvider();
        await using ServiceProvider services = CreateServices(Engine.Uring, log);
        var factory = services.GetRequiredService<IConnectionListenerFactory>();

        await using IConnectionListener first = await factory.BindAsync(AnyPort);
        await using IConnectionListener second = await factory.BindAsync(AnyPort);

        Assert.IsType<SluiceConnectionListener>(first);
        Assert.Contains("Uring", Assert.Single(log.Lines).Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Engine.Uring)]
    [InlineData(Engine.Sockets)]
    public async Task BindAsync_AddressInUse_ThrowsWhatKestrelExpects(Engine engine)
    {
        await EngineCase.RequireAsync(engine);
        await using ServiceProvider services = CreateServices(engine, new());
        var factory = services.GetRequiredService<IConnectionListenerFactory>();
        await using IConnectionListener first = await factory.BindAsync(AnyPort);

        await Assert.ThrowsAsync<AddressInUseException>(
            async () => await factory.BindAsync(first.EndPoint));
    }

    [Theory]
    [InlineData(Engine.Uring)]
    [InlineData(Engine.Sockets)]
    public async Task AcceptAsync_AfterUnbind_ReturnsNull(Engine engine)
    {
        await EngineCase.RequireAsync(engine);
        await using ServiceProvider services = CreateServices(engine, new());
        var factory = services.GetRequiredService<IConnectionListenerFactory>();
        await using IConnectionListener listener = await factory.BindAsync(AnyPort);
        ValueTask<ConnectionContext?> pending = listener.AcceptAsync();

        await listener.UnbindAsync();

        Assert.Null(await pending);
        Assert.Null(await listener.AcceptAsync());
    }

    [Theory]
    [InlineData(Engine.Uring)]
    [InlineData(Engine.Sockets)]
    [Trait("pitfall", "20")]
    public async Task BindAsync_UnixSocket_Listens(Engine engine)
    {
        await EngineCase.RequireAsync(engine);
        string path = Path.Combine(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}.sock");
        await using ServiceProvider services = CreateServices(engine, new());
        var factory = services.GetRequiredService<IConnectionListenerFactory>();

        await using IConnectionListener listener =
            await factory.BindAsync(new UnixDomainSocketEndPoint(path));
        using var client = new Socket(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using ConnectionContext? connection = await listener.AcceptAsync();

        Assert.NotNull(connection);
        Assert.IsType<UnixDomainSocketEndPoint>(connection.LocalEndPoint);
    }

    [Fact]
    public async Task BindAsync_AfterDispose_Throws()
    {
        ServiceProvider services = CreateServices(Engine.Sockets, new());
        var factory = services.GetRequiredService<IConnectionListenerFactory>();
        await services.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await factory.BindAsync(AnyPort));
    }

    [Fact]
    public void Dispose_ContainerWithoutAwait_DisposesTheTransport()
    {
        ServiceProvider services = CreateServices(Engine.Sockets, new());
        var factory = services.GetRequiredService<IConnectionListenerFactory>();

        services.Dispose();

        Assert.ThrowsAny<ObjectDisposedException>(
            () => factory.BindAsync(AnyPort).AsTask().GetAwaiter().GetResult());
    }

    [Fact]
    public void CanBind_OtherKindOfAddress_LeavesItToTheNextTransport()
    {
        using ServiceProvider services = CreateServices(Engine.Sockets, new());
        var selector = (IConnectionListenerFactorySelector)
            services.GetRequiredService<IConnectionListenerFactory>();

        Assert.True(selector.CanBind(new FileHandleEndPoint(3, FileHandleType.Auto)));
        Assert.False(selector.CanBind(new DnsEndPoint("localhost", 80)));
        Assert.True(selector.CanBind(AnyPort));
        Assert.True(selector.CanBind(new UnixDomainSocketEndPoint("/x")));
    }

    private static ServiceProvider CreateServices(Engine engine, CollectingLoggerProvider log) =>
        new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSluiceTransport(options =>
            {
                options.Engine = engine;
                options.ReactorCount = 1;
            })
            .BuildServiceProvider();
}
