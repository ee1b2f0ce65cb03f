using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Sockets;
using SocketTransportOptions =
    Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions;

namespace Sluice.AspNetCore;

/// <summary>
/// Gives Kestrel its listeners. All of them share one runtime. Where the sockets engine is chosen,
/// Kestrel's own sockets transport does the work and no reactor is made.
/// </summary>
internal sealed class SluiceTransportFactory(
    TransportRuntime runtime,
    IOptions<SocketTransportOptions> socketOptions,
    ILoggerFactory loggerFactory)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly Lazy<IConnectionListenerFactory> _sockets = new(
        () => KestrelSockets.Create(socketOptions.Value, runtime.Options, loggerFactory));

    /// <summary>Other kinds of address are left to the next transport.</summary>
    public bool CanBind(EndPoint endpoint) =>
        endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        SluiceRuntime started = runtime.Start();
        if (started.Engine != Engine.Uring)
        {
            return await _sockets.Value.BindAsync(endpoint, cancellationToken)
                .ConfigureAwait(false);
        }

        try
        {
            ConnectionListener listener = endpoint is FileHandleEndPoint inherited
                ? await ListenAsync(started, inherited, cancellationToken).ConfigureAwait(false)
                : await started
                    .ListenAsync(endpoint, runtime.Options.Listen, cancellationToken)
                    .ConfigureAwait(false);
            return new SluiceConnectionListener(listener, runtime.Services);
        }
        catch (SocketException failure)
            when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The exception that Kestrel turns into its own message.
            throw new AddressInUseException(failure.Message, failure);
        }
    }

    private async ValueTask<ConnectionListener> ListenAsync(
        SluiceRuntime started, FileHandleEndPoint inherited, CancellationToken cancellationToken)
    {
        using SafeSocketHandle handle = KestrelSockets.HandleOf(inherited);
        return await started
            .ListenAsync(handle, runtime.Options.Listen, cancellationToken)
            .ConfigureAwait(false);
    }
}
