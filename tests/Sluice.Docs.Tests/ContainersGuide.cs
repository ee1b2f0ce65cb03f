using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sluice.Docs.Tests;

/// <summary>The programs of docs/containers.md. Each region stands there word for word.</summary>
public sealed class ContainersGuide
{
    [Fact]
    public async Task Ready()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();

        #region docs: ready
        builder.WebHost.UseSluice(options => options.Engine = Engine.Uring);    // or no start
        builder.Services.AddHealthChecks();

        var app = builder.Build();
        app.MapHealthChecks("/ready");
        #endregion

        await app.StartAsync(cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal("Healthy", await client.GetStringAsync("ready", cancellationToken));
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Engines()
    {
        #region docs: engine
        await using var runtime = SluiceRuntime.Start();
        bool isAsPlanned = runtime.Engine == Engine.Uring;
        string why = runtime.EngineReason;
        #endregion

        Assert.Equal(isAsPlanned, runtime.Reactors.Count != 0);
        Assert.NotEmpty(why);
    }
}
