using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Sockets;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Engines;

/// <summary>A runtime with one listener, and connections to it from raw peers.</summary>
internal sealed class ConnectionHarness : IAsyncDisposable
{
    private readonly List<RawPeer> _peers = [];
    private readonly List<Connection> _connections = [];

    private ConnectionHarness(SluiceRuntime runtime, ConnectionListener listener)
    {
        Runtime = runtime;
        Listener = listener;
    }

    public SluiceRuntime Runtime { get; }

    public ConnectionListener Listener { get; }

    public static async Task<ConnectionHarness> StartAsync(
        Engine engine,
        Scheduling scheduling,
        Action<SluiceOptions>? configure = null,
        ListenOptions? listenOptions = null,
        EndPoint? endPoint = null,
        ILoggerFactory? loggerFactory = null)
    {
        // A test that fails half-way leaves connections open; do not wait for those.
        SluiceRuntime runtime = EngineRun.Start(
            engine,
            scheduling,
            options =>
            {
                options.ShutdownTimeout = TimeSpan.Zero;
                configure?.Invoke(options);
            },
            loggerFactory);
        endPoint ??= new IPEndPoint(IPAddress.Loopback, 0);
        ConnectionListener listener = await runtime.ListenAsync(endPoint, listenOptions).Within();
        return new ConnectionHarness(runtime, listener);
    }

    /// <summary>Connects a peer; both ends are disposed with the harness.</summary>
    public async Task<(Connection Connection, RawPeer Peer)> ConnectAsync(
        int? kernelBuffers = null)
    {
        RawPeer peer = await RawPeer.ConnectAsync(Listener.EndPoint, kernelBuffers);
        _peers.Add(peer);
        Connection? connection = await Listener.AcceptAsync().Within();
        Assert.NotNull(connection);
        _connections.Add(connection);
        return (connection, peer);
    }

    /// <summary>
    /// Sends bytes there and back over a connection of its own: what was ready in the runtime
    /// before this has been seen to since.
    /// </summary>
    public async Task PassTimeAsync(int rounds = 3)
    {
        (Connection connection, RawPeer peer) = await ConnectAsync();
        for (int i = 0; i < rounds; i++)
        {
            await peer.SendAsync("tick");
            _ = await connection.Input.TakeAsync(4);
            _ = await connection.Output.WriteAsync("tock"u8.ToArray()).Within();
            _ = await peer.ReceiveAsync(4);
        }

        await connection.DisposeAsync().Within();
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync().Within();
        foreach (RawPeer peer in _peers)
            peer.Dispose();
        foreach (Connection connection in _connections)
            connection.Abort();
        await Runtime.DisposeAsync().Within();
    }
}
