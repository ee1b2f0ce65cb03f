using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Hosting;

public sealed class SluiceHostingTests
{
    [Fact]
    public void UseSluice_WebHostBuilder_TakesTheSectionThenTheCode()
    {
        WebApplicationBuilder builder = CreateBuilder();

        builder.WebHost.UseSluice(options => options.PinReactors = true);

        AssertSectionAndCode(builder.Services);
    }

    [Fact]
    public void UseSluice_HostApplicationBuilder_TakesTheSectionThenTheCode()
    {
        WebApplicationBuilder builder = CreateBuilder();

        builder.UseSluice(options => options.PinReactors = true);

        AssertSectionAndCode(builder.Services);
    }

    [Fact]
    public async Task AddKeyedSluiceTransport_TwoNames_HaveOptionsAndRuntimesOfTheirOwn()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddKeyedSluiceTransport("one", Configuration(("ReactorCount", "3")))
            .AddKeyedSluiceTransport("two", options => options.ReactorCount = 4)
            .AddKeyedSluiceTransport("two", options => options.Engine = Engine.Sockets)
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<SluiceTransportOptions>>();
        var one = services.GetRequiredKeyedService<TransportRuntime>("one");
        var two = services.GetRequiredKeyedService<TransportRuntime>("two");

        Assert.Equal(3, options.Get("one").ReactorCount);
        Assert.Equal(4, options.Get("two").ReactorCount);
        Assert.Same(options.Get("one"), one.Options);
        Assert.Same(options.Get("two"), two.Options);
        Assert.Equal(Engine.Sockets, two.Start().Engine);
        Assert.NotSame(one, two);
        Assert.Null(services.GetService<IConnectionListenerFactory>());
    }

    [Fact]
    public async Task AddKeyedSluiceTransport_ItsFactories_Work()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddKeyedSluiceTransport("silo", options => options.ReactorCount = 1)
            .BuildServiceProvider();
        var listening = services.GetRequiredKeyedService<IConnectionListenerFactory>("silo");
        var connecting = services.GetRequiredKeyedService<IConnectionFactory>("silo");

        await using IConnectionListener listener =
            await listening.BindAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        await using ConnectionContext client =
            await connecting.ConnectAsync(listener.EndPoint).Within();
        await using ConnectionContext? server = await listener.AcceptAsync().Within();

        await client.Transport.Output.WriteAsync("ping"u8.ToArray()).Within();
        Assert.Equal("ping"u8.ToArray(), await server!.Transport.Input.TakeAsync(4));
    }

    [Theory]
    [InlineData("ReactorCount", "-1", "ReactorCount is -1", "0 to 1024")]
    [InlineData("ReceiveBufferSize", "1000", "ReceiveBufferSize is 1000", "power of two")]
    [InlineData("Engine", "7", "Engine is 7", "Auto, Uring, Sockets")]
    [InlineData("Listen:Backlog", "0", "Backlog", "non-zero")]
    [InlineData("Listen:KernelSendBuffer", "-5", "KernelSendBuffer", "non-zero")]
    public async Task Options_OutOfRange_SayNameValueAndWhatIsAllowed(
        string key, string value, string what, string allowed)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddKeyedSluiceTransport("silo", Configuration((key, value)))
            .BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredKeyedService<IConnectionFactory>("silo"));

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'silo'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReactorCuont", "1", "ReactorCuont")]
    [InlineData("Listen:Nagle", "1", "Nagle")]
    [InlineData("ReactorCount", "many", "ReactorCount")]
    [InlineData("Scheduling", "Outline", "Scheduling")]
    public async Task Configuration_UnknownKeyOrValue_SaysWhich(
        string key, string value, string what)
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddSluiceTransport(Configuration((key, value)))
            .BuildServiceProvider();

        var failure = Assert.Throws<InvalidOperationException>(
            () => services.GetRequiredService<IConnectionFactory>());

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    private static WebApplicationBuilder CreateBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sluice:ReactorCount"] = "3",
            ["Sluice:PinReactors"] = "false",
            ["Sluice:Listen:NoDelay"] = "false",
        });
        return builder;
    }

    private static void AssertSectionAndCode(IServiceCollection collection)
    {
        using ServiceProvider services = collection.BuildServiceProvider();
        SluiceTransportOptions options =
            services.GetRequiredService<IOptions<SluiceTransportOptions>>().Value;

        Assert.Equal((3, true), (options.ReactorCount, options.PinReactors));
        Assert.False(options.ForConnecting().NoDelay);
        Assert.NotNull(services.GetService<IConnectionFactory>());
    }

    private static IConfiguration Configuration((string Key, string Value) entry) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection([new(entry.Key, entry.Value)])
            .Build();
}
