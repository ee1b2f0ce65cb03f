using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Sluice.Sockets;

namespace Sluice.AspNetCore;

/// <summary>
/// A connection as Kestrel sees it. Its transport is the <see cref="Connection"/> itself: there
/// is no pipe in between and nothing is copied.
/// </summary>
/// <remarks>
/// The object is its own collection of features (see <see cref="ConnectionFeatures"/>), and its
/// name, items and tokens are made when they are first asked for: thousands of idle connections
/// must cost little.
/// </remarks>
internal sealed class SluiceConnectionContext :
    ConnectionContext,
    IConnectionIdFeature,
    IConnectionTransportFeature,
    IConnectionItemsFeature,
    IMemoryPoolFeature,
    IConnectionLifetimeFeature,
    IConnectionEndPointFeature
{
    private readonly Connection _connection;
    private readonly ConnectionServices _services;
    private readonly ConnectionFeatures _features;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private CancellationToken? _connectionClosed;
    private EndPoint? _localEndPoint;
    private EndPoint? _remoteEndPoint;

    public SluiceConnectionContext(Connection connection, ConnectionServices services)
    {
        _connection = connection;
        _services = services;
        _features = new ConnectionFeatures(this);
        Transport = connection;
        connection.ReportErrorsAsCompleted();
    }

    public override IDuplexPipe Transport { get; set; }

    [AllowNull]
    public override string ConnectionId
    {
        get => _id ??= _services.Ids.Next();
        set => _id = value;
    }

    public override IFeatureCollection Features => _features;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public MemoryPool<byte> MemoryPool => _services.MemoryPool;

    /// <summary>
    /// Cancelled as soon as the peer has closed its side. Kestrel does not read while a request
    /// runs; this token is how it learns that the client is gone and cancels
    /// <c>HttpContext.RequestAborted</c>.
    /// </summary>
    public override CancellationToken ConnectionClosed
    {
        get => _connectionClosed ?? _connection.ReceiveEnded;
        set => _connectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _localEndPoint ?? _connection.LocalEndPoint;
        set => _localEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _remoteEndPoint ?? _connection.RemoteEndPoint;
        set => _remoteEndPoint = value;
    }

    /// <summary>Ends the connection; the peer sees a reset.</summary>
    /// <param name="abortReason">
    /// Kestrel passes null, against the annotation, when <see cref="ConnectionClosed"/> told it
    /// that the peer has closed: that is no error. The connection then ends by itself once
    /// Kestrel disposes it, and a response that was flushed before still arrives.
    /// </param>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (abortReason is not null)
            _connection.Abort(abortReason);
    }

#pragma warning disable CA2215 // The base has nothing to dispose, and a state machine for nothing.
    public override ValueTask DisposeAsync() => _connection.DisposeAsync();
#pragma warning restore CA2215
}
