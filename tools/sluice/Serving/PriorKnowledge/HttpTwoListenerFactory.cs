using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Tool.Serving.PriorKnowledge;

/// <summary>Lets Kestrel accept from an <see cref="HttpTwoEndPoint"/>.</summary>
internal sealed class HttpTwoListenerFactory :
    IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is HttpTwoEndPoint;

    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new Listener((HttpTwoEndPoint)endpoint));

    private sealed class Listener(HttpTwoEndPoint endPoint) : IConnectionListener
    {
        public EndPoint EndPoint => endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(
            CancellationToken cancellationToken = default)
        {
            while (await endPoint.Incoming.WaitToReadAsync(cancellationToken))
            {
                if (endPoint.Incoming.TryRead(out ConnectionContext? connection))
                    return connection;
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            endPoint.Close();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            endPoint.Close();
            return ValueTask.CompletedTask;
        }
    }
}
