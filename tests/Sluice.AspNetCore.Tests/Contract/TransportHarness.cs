using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Testing.Connections;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>A transport without Kestrel: its listener, and sockets that connect to it.</summary>
internal sealed class TransportHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<RawPeer> _peers = [];
    private readonly List<ConnectionContext> _connections = [];

    private TransportHarness(ServiceProvider services)
    {
        _services = services;
        Factory = services.GetRequiredService<IConnectionListenerFactory>();
    }

    public static IPEndPoint AnyPort { get; } = new(IPAddress.Loopback, 0);

    public IConnectionListenerFactory Factory { get; }

    /// <summary>Makes outbound connections.</summary>
    public IConnectionFactory Connector => _services.GetRequiredService<IConnectionFactory>();

    /// <summary>The first listener.</summary>
    public IConnectionListener Listener { get; private set; } = null!;

    public static async Task<TransportHarness> StartAsync(
        TransportKind kind,
        EndPoint? endPoint = null,
        Action<IServiceCollection>? configure = null)
    {
        TransportHarness harness = await CreateAsync(kind, configure);
        harness.Listener = await harness.Factory.BindAsync(endPoint ?? AnyPort).Within();
        return harness;
    }

    /// <summary>A transport that does not listen yet.</summary>
    public static async Task<TransportHarness> CreateAsync(
        TransportKind kind, Action<IServiceCollection>? configure = null)
    {
        await kind.RequireAsync();
        IServiceCollection services = new ServiceCollection().AddLogging();
        services.AddOptions();
        kind.AddTo(services);
        configure?.Invoke(services);
        return new TransportHarness(services.BuildServiceProvider());
    }

    /// <summary>Connects a peer; both ends go with the harness.</summary>
    public async Task<(ConnectionContext Connection, RawPeer Peer)> ConnectAsync(
        int? kernelBuffers = null)
    {
        RawPeer peer = await RawPeer.ConnectAsync(Listener.EndPoint, kernelBuffers);
        _peers.Add(peer);
        ConnectionContext? connection = await Listener.AcceptAsync().Within();
        Assert.NotNull(connection);
        _connections.Add(connection);
        return (connection, peer);
    }

    /// <summary>
    /// Sends bytes there and back over a connection of its own: what was ready in the transport
    /// before this has been seen to since.
    /// </summary>
    public async Task PassTimeAsync(int rounds = 3)
    {
        (ConnectionContext connection, RawPeer peer) = await ConnectAsync();
        for (int i = 0; i < rounds; i++)
        {
            await peer.SendAsync("tick");
            _ = await connection.Transport.Input.TakeAsync(4);
            _ = await connection.Transport.Output.WriteAsync("tock"u8.ToArray()).Within();
            _ = await peer.ReceiveAsync(4);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RawPeer peer in _peers)
            peer.Dispose();
        foreach (ConnectionContext connection in _connections)
            connection.Abort(new ConnectionAbortedException("The test is over."));
        if (Listener is not null)
            await Listener.DisposeAsync().Within();
        await _services.DisposeAsync().Within();
    }
}
