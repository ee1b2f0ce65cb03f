using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Sluice.Sockets.ProxyProtocol;

namespace Sluice.AspNetCore.ProxyProtocol;

/// <summary>
/// Reads the header before anything else reads from the connection. Above any transport.
/// </summary>
internal sealed class ProxyProtocolMiddleware(
    ConnectionDelegate next, ProxyProtocolOptions options, ILogger logger)
{
    private readonly ProxyHeaderReader _reader = new(options, logger);

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        // A server that stops does not wait for headers.
        CancellationToken stopping = connection.Features
            .Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? CancellationToken.None;
        ProxyGreeting greeting = await _reader
            .ReadAsync(
                connection.Transport.Input,
                connection.RemoteEndPoint,
                connection.LocalEndPoint,
                stopping)
            .ConfigureAwait(false);
        if (!greeting.IsAccepted)
        {
            connection.Abort(
                new ConnectionAbortedException("There was no valid PROXY protocol header."));
            return;
        }

        if (greeting.Feature is { } feature)
        {
            connection.RemoteEndPoint = feature.Header.Source ?? connection.RemoteEndPoint;
            connection.LocalEndPoint = feature.Header.Destination ?? connection.LocalEndPoint;
            connection.Features.Set<IProxyProtocolFeature>(feature);
        }

        await next(connection).ConfigureAwait(false);
    }
}
