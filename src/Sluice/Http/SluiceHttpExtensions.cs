using Sluice.Sockets;

namespace Sluice.Http;

/// <summary>Runs an <see cref="HttpClient"/> on Sluice.</summary>
public static class SluiceHttpExtensions
{
    /// <summary>
    /// Makes the handler's connections those of a runtime. TLS, HTTP/2 and the pool of connections
    /// stay the handler's.
    /// </summary>
    /// <param name="handler">Has not sent a request yet.</param>
    /// <param name="runtime">
    /// Stays the caller's. Dispose the handler first: connections that it keeps make the runtime
    /// wait for <see cref="SluiceOptions.ShutdownTimeout"/>.
    /// </param>
    /// <param name="options">Of the connections. Null means the defaults.</param>
    /// <returns>The same handler.</returns>
    /// <example>
    /// <code>
    /// using var client = new HttpClient(new SocketsHttpHandler().UseSluice(runtime));
    /// </code>
    /// </example>
    public static SocketsHttpHandler UseSluice(
        this SocketsHttpHandler handler, SluiceRuntime runtime, ConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(runtime);
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            Connection connection = await runtime
                .ConnectAsync(context.DnsEndPoint, options, cancellationToken)
                .ConfigureAwait(false);
            return connection.AsStream();
        };
        return handler;
    }
}
