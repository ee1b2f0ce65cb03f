using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Sluice.Sockets;

namespace Sluice.AspNetCore;

/// <summary>Hands the connections of a listener to Kestrel.</summary>
internal sealed class SluiceConnectionListener(
    ConnectionListener listener, ConnectionServices services) : IConnectionListener
{
    public EndPoint EndPoint => listener.EndPoint;

    // Pooled: one object less for each connection.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ConnectionContext?> AcceptAsync(
        CancellationToken cancellationToken = default) =>
        await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection
            ? new SluiceConnectionContext(connection, services)
            : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
        listener.DisposeAsync();

    public ValueTask DisposeAsync() => listener.DisposeAsync();
}
