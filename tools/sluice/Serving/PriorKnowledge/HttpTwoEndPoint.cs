using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Tool.Serving.PriorKnowledge;

/// <summary>
/// An address for Kestrel that has no socket: its connections were accepted elsewhere and turned
/// out to speak HTTP/2.
/// </summary>
internal sealed class HttpTwoEndPoint(EndPoint shared) : EndPoint
{
    private readonly Channel<ConnectionContext> _connections =
        Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>Connections on their way to Kestrel's HTTP/2.</summary>
    public ChannelReader<ConnectionContext> Incoming => _connections.Reader;

    /// <summary>Runs a connection as HTTP/2; completes when Kestrel is done with it.</summary>
    public Task RunAsync(ConnectionContext connection)
    {
        var handed = new HandedConnection(connection);
        if (!_connections.Writer.TryWrite(handed))
            connection.Abort(new ConnectionAbortedException("The server stops."));
        else
            return handed.Completion;
        return Task.CompletedTask;
    }

    /// <summary>No more connections.</summary>
    public void Close() => _connections.Writer.TryComplete();

    public override string ToString() => $"{shared} (HTTP/2)";
}
