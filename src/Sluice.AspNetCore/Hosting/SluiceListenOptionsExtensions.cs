using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore.ProxyProtocol;
using Sluice.Diagnostics;
using Sluice.Sockets.ProxyProtocol;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>What Sluice adds to an address that Kestrel listens on.</summary>
public static class SluiceListenOptionsExtensions
{
    /// <summary>
    /// Reads a PROXY protocol header from each connection that comes from a trusted network, and
    /// gives the connection the addresses of the client: <c>HttpContext.Connection</c> shows them,
    /// and <see cref="IProxyProtocolFeature"/> what else the proxy said. It works above any
    /// transport.
    /// </summary>
    /// <param name="listen">
    /// The address. Call this before <c>UseHttps</c>: the header comes before TLS.
    /// </param>
    /// <param name="configure">Names the trusted networks, at least.</param>
    /// <returns>The same address.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <example>
    /// <code>
    /// kestrel.ListenAnyIP(8080, listen => listen.UseSluiceProxyProtocol(
    ///     proxy => proxy.TrustedNetworks.Add(IPNetwork.Parse("10.0.0.0/8"))));
    /// </code>
    /// </example>
    public static ListenOptions UseSluiceProxyProtocol(
        this ListenOptions listen, Action<ProxyProtocolOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProxyProtocolOptions();
        configure(options);
        options.Validate();
        ILogger logger =
            FailureLogger.Create(listen.ApplicationServices.GetService<ILoggerFactory>());
        _ = listen.Use(
            next => new ProxyProtocolMiddleware(next, options, logger).OnConnectionAsync);
        return listen;
    }
}
