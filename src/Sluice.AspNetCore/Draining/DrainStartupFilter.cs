using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Draining;

/// <summary>
/// Counts requests in flight, and asks clients of a draining node to leave: an answer over
/// HTTP/1.1 says <c>Connection: close</c>, a connection of HTTP/2 gets a GOAWAY.
/// </summary>
internal sealed class DrainStartupFilter(DrainState state) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        application =>
        {
            _ = application.Use(rest => context => InvokeAsync(context, rest));
            next(application);
        };

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        state.Enter();
        try
        {
            if (state.IsDraining)
                AskToLeave(context);
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            state.Leave();
        }
    }

    private static void AskToLeave(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        else
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
