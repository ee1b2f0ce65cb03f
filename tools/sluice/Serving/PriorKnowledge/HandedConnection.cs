using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Sluice.Tool.Serving.PriorKnowledge;

/// <summary>
/// A connection that one endpoint of Kestrel hands to another. The endpoint that accepted it
/// stays its owner and disposes it.
/// </summary>
internal sealed class HandedConnection(ConnectionContext connection) : ConnectionContext
{
    private readonly TaskCompletionSource _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the receiving endpoint is done.</summary>
    public Task Completion => _completion.Task;

    public override string ConnectionId
    {
        get => connection.ConnectionId;
        set => connection.ConnectionId = value;
    }

    /// <summary>
    /// What the receiving endpoint adds must not replace what the accepting one did.
    /// </summary>
    public override IFeatureCollection Features { get; } =
        new FeatureCollection(connection.Features);

    public override IDictionary<object, object?> Items
    {
        get => connection.Items;
        set => connection.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => connection.Transport;
        set => connection.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => connection.ConnectionClosed;
        set => connection.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => connection.LocalEndPoint;
        set => connection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => connection.RemoteEndPoint;
        set => connection.RemoteEndPoint = value;
    }

    public override void Abort(ConnectionAbortedException abortReason) =>
        connection.Abort(abortReason);

    public override ValueTask DisposeAsync()
    {
        _completion.TrySetResult();
        return base.DisposeAsync();
    }
}
