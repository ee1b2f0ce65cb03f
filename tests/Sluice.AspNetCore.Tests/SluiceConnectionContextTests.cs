using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Sluice.AspNetCore.Tests;

public sealed class SluiceConnectionContextTests : IAsyncDisposable
{
    private readonly FakeConnection _connection = new();
    private readonly SluiceConnectionContext _context;

    public SluiceConnectionContextTests() =>
        _context = new SluiceConnectionContext(
            _connection,
            new ConnectionServices(
                new ConnectionIdGenerator(TimeProvider.System), MemoryPool<byte>.Shared));

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _connection.DisposeAsync();
    }

    [Fact]
    public void Transport_AtFirst_IsTheConnectionItself()
    {
        Assert.Same(_connection, _context.Transport);
        Assert.Same(
            _connection, _context.Features.Get<IConnectionTransportFeature>()!.Transport);
    }

    [Fact]
    public void Constructor_Always_AsksForKestrelsWayOfErrors() =>
        Assert.True(_connection.ReportsErrorsAsCompleted);

    [Fact]
    public void Transport_ReplacedThroughTheFeature_IsReplacedEverywhere()
    {
        var other = new FakeConnection();

        _context.Features.Get<IConnectionTransportFeature>()!.Transport = other;

        Assert.Same(other, _context.Transport);
    }

    [Fact]
    public void Features_OfTheConnection_AreTheContext()
    {
        IFeatureCollection features = _context.Features;

        Assert.Same(_context, features.Get<IConnectionIdFeature>());
        Assert.Same(_context, features.Get<IConnectionItemsFeature>());
        Assert.Same(_context, features.Get<IConnectionLifetimeFeature>());
        Assert.Same(_context, features.Get<IConnectionEndPointFeature>());
        Assert.Same(MemoryPool<byte>.Shared, features.Get<IMemoryPoolFeature>()!.MemoryPool);
    }

    [Fact]
    public void Features_Added_AreFoundReplacedAndRemoved()
    {
        IFeatureCollection features = _context.Features;
        Type[] types = [.. Enumerable.Range(0, 20).Select(Type.MakeGenericMethodParameter)];
        foreach (Type type in types)
            features[type] = type.GenericParameterPosition;
        int revision = features.Revision;
        Assert.All(types, type => Assert.Equal(type.GenericParameterPosition, features[type]));

        features.Set("first");
        features.Set("second");
        Assert.Equal("second", features.Get<string>());
        features.Set<string>(null);

        Assert.Null(features.Get<string>());
        Assert.Null(features.Get<Uri>());
        Assert.Equal(revision + 3, features.Revision);
    }

    [Fact]
    public void Features_OwnOneReplaced_IsHiddenAndEnumeratedOnce()
    {
        IFeatureCollection features = _context.Features;
        var other = new SluiceConnectionContext(
            _connection,
            new ConnectionServices(
                new ConnectionIdGenerator(TimeProvider.System), MemoryPool<byte>.Shared));

        features.Set<IConnectionIdFeature>(other);
        features.Set<IConnectionItemsFeature>(null);

        Assert.Same(other, features.Get<IConnectionIdFeature>());
        Assert.Null(features.Get<IConnectionItemsFeature>());
        var all = features.ToDictionary(pair => pair.Key, pair => pair.Value);
        Assert.Equal(5, all.Count);
        Assert.Same(other, all[typeof(IConnectionIdFeature)]);
    }

    [Fact]
    public void ConnectionId_AskedTwice_IsTheSame()
    {
        string id = _context.ConnectionId;

        Assert.Equal(13, id.Length);
        Assert.Equal(id, _context.ConnectionId);
    }

    [Fact]
    public void Items_AskedTwice_AreTheSame()
    {
        _context.Items["key"] = "value";

        Assert.Equal("value", _context.Items["key"]);
    }

    [Fact]
    public void EndPoints_AtFirst_AreTheConnections()
    {
        Assert.Same(_connection.LocalEndPoint, _context.LocalEndPoint);
        Assert.Same(_connection.RemoteEndPoint, _context.RemoteEndPoint);
    }

    [Fact]
    public void RemoteEndPoint_Replaced_IsTheNewOne()
    {
        var endPoint = new IPEndPoint(IPAddress.Any, 3);

        _context.RemoteEndPoint = endPoint;

        Assert.Same(endPoint, _context.RemoteEndPoint);
    }

    [Fact]
    public void ConnectionClosed_AtFirst_IsTheEndOfThePeer() =>
        Assert.Equal(_connection.ReceiveEnded, _context.ConnectionClosed);

    [Fact]
    public void Abort_WithReason_AbortsTheConnectionWithIt()
    {
        var reason = new ConnectionAbortedException("why");

        _context.Abort(reason);

        Assert.Same(reason, Assert.Single(_connection.Aborts));
    }

    [Fact]
    public void Abort_BecauseTheReceiveEnded_LeavesTheEndToDispose()
    {
        _context.Abort(null!);

        Assert.Empty(_connection.Aborts);
    }

    [Fact]
    public async Task DisposeAsync_Always_DisposesTheConnection()
    {
        await _context.DisposeAsync();

        Assert.Equal(1, _connection.DisposeCount);
    }
}
