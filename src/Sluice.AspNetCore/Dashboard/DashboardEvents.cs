using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sluice.AspNetCore.Dashboard;

/// <summary>
/// Server-Sent Events: a snapshot at once and one each second, until the client leaves or the
/// host stops. The browser connects again by itself.
/// </summary>
internal static class DashboardEvents
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(
        HttpContext context, DashboardFeed feed, TimeProvider time, CancellationToken stopping)
    {
        if (!feed.TryEnter())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "5";
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, stopping);
        try
        {
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.BodyWriter.WriteAsync("retry: 2000\n\n"u8.ToArray(), ended.Token)
                .ConfigureAwait(false);
            await SendAsync(context.Response, feed, time, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has left, or the host stops.
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task SendAsync(
        HttpResponse response, DashboardFeed feed, TimeProvider time, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        do
        {
            byte[] json = feed.Take();
            byte[] message = [.. "data: "u8, .. json, .. "\n\n"u8];
            await response.BodyWriter.WriteAsync(message, ended).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false));
    }
}
