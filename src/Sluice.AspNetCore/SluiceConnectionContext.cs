using System.Buffers;
using System.Collections;
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
/// The object is its own collection of features and almost all of those that are in it, and its
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
    IConnectionEndPointFeature,
    IFeatureCollection
{
    private static readonly Type[] OwnFeatures =
    [
        typeof(IConnectionIdFeature),
        typeof(IConnectionTransportFeature),
        typeof(IConnectionItemsFeature),
        typeof(IMemoryPoolFeature),
        typeof(IConnectionLifetimeFeature),
        typeof(IConnectionEndPointFeature),
    ];

    private readonly Connection _connection;
    private readonly ConnectionServices _services;
    private AddedFeatures _added;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private Replacements? _replaced;

    public SluiceConnectionContext(Connection connection, ConnectionServices services)
    {
        _connection = connection;
        _services = services;
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

    public override IFeatureCollection Features => this;

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _added.Revision;

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
        get => _replaced?.ConnectionClosed ?? _connection.ReceiveEnded;
        set => Replaced.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _replaced?.LocalEndPoint ?? _connection.LocalEndPoint;
        set => Replaced.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _replaced?.RemoteEndPoint ?? _connection.RemoteEndPoint;
        set => Replaced.RemoteEndPoint = value;
    }

    private Replacements Replaced => _replaced ??= new Replacements();

    object? IFeatureCollection.this[Type key]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(key);
            if (_added.TryGet(key, out object? added))
                return added;
            return IsOwn(key) ? this : null;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(key);
            _added.Set(key, value, IsOwn(key));
        }
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

    // Types of interfaces without a known implementation cast through object.
    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default =>
        (TFeature?)Features[typeof(TFeature)];

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default =>
        Features[typeof(TFeature)] = instance;

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        var all = new List<KeyValuePair<Type, object>>();
        foreach (Type type in OwnFeatures)
        {
            if (!_added.TryGet(type, out _))
                all.Add(new(type, this));
        }

        for (int i = 0; i < _added.Count; i++)
        {
            if (_added[i] is (var type, { } feature))
                all.Add(new(type, feature));
        }

        return all.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => Features.GetEnumerator();

    private static bool IsOwn(Type key)
    {
        foreach (Type own in OwnFeatures)
        {
            if (own == key)
                return true;
        }

        return false;
    }

    // What few connections have: middleware that speaks for a proxy sets it.
    private sealed class Replacements
    {
        public CancellationToken? ConnectionClosed { get; set; }

        public EndPoint? LocalEndPoint { get; set; }

        public EndPoint? RemoteEndPoint { get; set; }
    }
}
