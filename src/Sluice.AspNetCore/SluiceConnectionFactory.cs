using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Sockets;
using Sluice.Sockets.SystemSockets;

namespace Sluice.AspNetCore;

/// <summary>
/// Outbound connections, on the reactors that serve the listeners. Where the sockets engine is
/// chosen they are Kestrel's own, as the accepted ones are.
/// </summary>
internal sealed class SluiceConnectionFactory(
    TransportRuntime runtime, ILoggerFactory loggerFactory)
    : IConnectionFactory, IDisposable
{
    private readonly Lazy<SocketConnectionContextFactory> _sockets = new(() => new(
        KestrelSockets.ClientOptions(runtime.Options),
        loggerFactory.CreateLogger("Sluice")));

    private readonly ConnectOptions _options = runtime.Options.ForConnecting();

    public ValueTask<ConnectionContext> ConnectAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint is DnsEndPoint name
            ? HostName.ConnectAsync(name, ConnectOneAsync, cancellationToken)
            : ConnectOneAsync(endpoint, cancellationToken);
    }

    public void Dispose()
    {
        if (_sockets.IsValueCreated)
            _sockets.Value.Dispose();
    }

    private async ValueTask<ConnectionContext> ConnectOneAsync(
        EndPoint endPoint, CancellationToken cancellationToken)
    {
        ConnectOptions options = _options;
        SluiceRuntime started = runtime.Start();
        if (started.Engine == Engine.Uring)
        {
            Connection connection = await started
                .ConnectAsync(endPoint, options, cancellationToken)
                .ConfigureAwait(false);
            return new SluiceConnectionContext(connection, runtime.Services);
        }

        Socket socket = await SocketFactory.ConnectAsync(endPoint, options, cancellationToken)
            .ConfigureAwait(false);
        return _sockets.Value.Create(socket);
    }
}
