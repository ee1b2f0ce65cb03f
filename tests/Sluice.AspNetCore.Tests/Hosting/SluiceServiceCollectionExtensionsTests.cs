using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sluice.AspNetCore.Tests.Hosting;

public class SluiceServiceCollectionExtensionsTests
{
    [Fact]
    public void AddSluiceTransport_Configuration_BindsEveryKindOfOption()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Engine"] = "sockets",
                ["Scheduling"] = "Inline",
                ["ReactorCount"] = "3",
                ["ShutdownTimeout"] = "00:00:07",
                ["Listen:NoDelay"] = "false",
                ["Listen:Backlog"] = "11",
                ["Listen:KeepAlive"] = "00:01:00",
            })
            .Build();

        using ServiceProvider services = new ServiceCollection()
            .AddSluiceTransport(configuration)
            .BuildServiceProvider();
        SluiceTransportOptions options =
            services.GetRequiredService<IOptions<SluiceTransportOptions>>().Value;

        Assert.Equal(Engine.Sockets, options.Engine);
        Assert.Equal(Scheduling.Inline, options.Scheduling);
        Assert.Equal(3, options.ReactorCount);
        Assert.Equal(TimeSpan.FromSeconds(7), options.ShutdownTimeout);
        Assert.False(options.Listen.NoDelay);
        Assert.Equal(11, options.Listen.Backlog);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Listen.KeepAlive);
    }

    [Fact]
    public void AddSluiceTransport_Twice_AddsOneTransportAndBothOptions()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddSluiceTransport(options => options.ReactorCount = 3)
            .AddSluiceTransport(options => options.PinReactors = true)
            .BuildServiceProvider();
        SluiceTransportOptions options =
            services.GetRequiredService<IOptions<SluiceTransportOptions>>().Value;

        Assert.Equal((3, true), (options.ReactorCount, options.PinReactors));
        Assert.Single(services.GetServices<IConnectionListenerFactory>());
    }

    [Theory]
    [InlineData("ReactorCount", "-1")]
    [InlineData("Listen:Backlog", "0")]
    public async Task UseSluice_BadOption_StopsTheStartWithItsName(string key, string value)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseSluice();
        builder.Services.AddSluiceTransport(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = value })
            .Build());

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using WebApplication application = builder.Build();
            await application.StartAsync();
        });

        Assert.Contains(key.Split(':')[^1], failure.Message, StringComparison.Ordinal);
    }
}
