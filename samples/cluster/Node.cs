using System.Net;
using Sluice.Sockets.ProxyProtocol;

namespace Cluster;

/// <summary>One of the nodes behind the load balancer.</summary>
internal static class Node
{
    public static async Task<int> RunAsync(string name, string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Sluice", LogLevel.Information);
        builder.WebHost.UseSluice();
        builder.Services.AddSluiceDrain(
            drain => builder.Configuration.GetSection("Drain").Bind(drain));

        // Behind a proxy, every connection begins with the client's address.
        if (builder.Configuration["Proxies"] is { } proxies)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(
                listen => listen.UseSluiceProxyProtocol(
                    proxy => proxy.TrustedNetworks.Add(IPNetwork.Parse(proxies)))));
        }

        var app = builder.Build();
        app.MapHealthChecks("/ready");
        app.MapGet("/", (HttpContext context) => Results.Text(
            $"{name} serves {context.Connection.RemoteIpAddress}"
            + $" through {context.Features.Get<IProxyProtocolFeature>()?.ProxyEndPoint}\n"));
        app.MapGet("/work", async (HttpContext context) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), context.RequestAborted);
            return Results.Text($"{name}\n");
        });
        await app.RunAsync();
        return 0;
    }
}
