using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.AspNetCore.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard.</summary>
public static class SluiceEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows what Sluice does in this process, live: reactors, connections,
    /// bytes, buffers, memory and channels. Nothing is mapped unless this is called.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">
    /// Where: the page. Below it are <c>/events</c>, the figures once a second as Server-Sent
    /// Events for at most 32 at a time, and <c>/snapshot</c>, the figures once, as JSON.
    /// </param>
    /// <returns>
    /// What all of it is configured by. The figures tell how busy the server is: if they are not
    /// for everybody, call <c>RequireAuthorization</c>.
    /// </returns>
    /// <remarks>
    /// While somebody watches, the process's meters are read once a second; some seconds after
    /// the last one has left, nothing is done any more.
    /// </remarks>
    /// <example>
    /// <code>
    /// app.MapSluiceDashboard("/sluice").RequireAuthorization("operators");
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapSluiceDashboard(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = "/sluice")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        TimeProvider time =
            endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var lifetime = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var feed = new DashboardFeed(time);
        lifetime.ApplicationStopped.Register(feed.Dispose);

        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapGet("", (RequestDelegate)DashboardPage.WriteAsync);
        group.MapGet("/snapshot", (RequestDelegate)(context => WriteAsync(context, feed)));
        group.MapGet(
            "/events",
            (RequestDelegate)(context => DashboardEvents.RunAsync(
                context, feed, time, lifetime.ApplicationStopping)));
        return group;
    }

    private static async Task WriteAsync(HttpContext context, DashboardFeed feed)
    {
        byte[] json = feed.Take();
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted)
            .ConfigureAwait(false);
    }
}
