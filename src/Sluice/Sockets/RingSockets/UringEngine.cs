using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Sockets.SystemSockets;
using Sluice.Uring;

namespace Sluice.Sockets.RingSockets;

/// <summary>Connections on a set of reactors.</summary>
internal sealed class UringEngine : IEngine, IConnectionGate
{
    private readonly SluiceOptions _options;
    private readonly ILogger _logger;
    private readonly SluiceMetrics _metrics = new(Engine.Uring);
    private readonly OpenSet<UringConnection> _connections = new();
    private readonly OpenSet<UringListener> _listeners = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Reactor[] _reactors;
    private readonly SharedEndPoints _accepted = new();
    private readonly SharedEndPoints _connected = new();
    private int _acceptedCount;
    private int _nextReactor = -1;

    private UringEngine(SluiceOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        IReadOnlyList<int> cpus = CpuAffinity.GetAllowedCpus();
        int count = options.ReactorCount != 0 ? options.ReactorCount : Environment.ProcessorCount;
        _reactors = new Reactor[count];
        for (int i = 0; i < count; i++)
        {
            int? cpu = options.PinReactors && cpus.Count != 0 ? cpus[i % cpus.Count] : null;
            _reactors[i] = Reactor.Start(i, cpu, LoopOptions(options), logger);
            _metrics.Add(_reactors[i].Loop.Counters, i);
        }
    }

    public Engine Kind => Engine.Uring;

    public IReadOnlyList<Reactor> Reactors => _reactors;

    public bool AcceptsOneByOne =>
        _options.ConnectionsMax != 0 && _options.ConnectionLimitMode == ConnectionLimitMode.Wait;

    public bool MayAccept =>
        !AcceptsOneByOne || Volatile.Read(ref _acceptedCount) < _options.ConnectionsMax;

    /// <exception cref="RingException">The kernel gives no rings.</exception>
    public static UringEngine Start(SluiceOptions options, ILogger logger) => new(options, logger);

    public ConnectionListener Listen(ListeningSocket socket, ListenOptions options)
    {
        var listener = new UringListener(this, NextLoop(), socket, options, _logger);
        if (!_listeners.TryAdd(listener))
        {
            socket.Dispose();
            throw Stopped();
        }

        listener.Start();
        return listener;
    }

    public async ValueTask<Connection> ConnectAsync(
        EndPoint endPoint, ConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _stopping.Token);
        Reactor reactor = NextReactor();
        Socket socket = SocketFactory.Create(endPoint, options);
        try
        {
            if (options.LocalEndPoint is { } local)
                socket.Bind(local);
            await ConnectAsync(reactor, socket, endPoint, cancellationToken, linked.Token)
                .ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        UringConnection connection = Open(reactor.Loop, Release(socket), isOutbound: true);
        connection.Start();
        return connection;
    }

    public UringConnection? TryAdmit(int fd, EndPoint listener)
    {
        int count = Interlocked.Increment(ref _acceptedCount);
        if (count > _options.ConnectionsMax
            && _options.ConnectionsMax != 0
            && _options.ConnectionLimitMode == ConnectionLimitMode.Refuse)
        {
            Interlocked.Decrement(ref _acceptedCount);
            _ = LinuxSocketSystem.Instance.Close(fd);
            Log.ConnectionRefused(_logger, listener, _options.ConnectionsMax);
            return null;
        }

        return Open(NextLoop(), fd, isOutbound: false);
    }

    public void OnClosed(UringConnection connection)
    {
        _connections.Remove(connection);
        if (connection.IsOutbound)
            return;

        Interlocked.Decrement(ref _acceptedCount);
        if (AcceptsOneByOne)
        {
            foreach (UringListener listener in _listeners.Items())
                listener.Update();
        }
    }

    public void OnStopped(UringListener listener) => _listeners.Remove(listener);

    public async ValueTask StopAsync(CancellationToken deadline)
    {
        foreach (UringListener listener in _listeners.Close())
            await listener.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);

        _ = _connections.Close();
        try
        {
            await _connections.Emptied.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            UringConnection[] left = _connections.Close();
            Log.StopAborted(_logger, left.Length);
            foreach (UringConnection connection in left)
                connection.Abort();
            await _connections.Emptied.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A join blocks: never on a reactor's own thread.
        await Task.Run(() => Array.ForEach(_reactors, static reactor => reactor.Stop()))
            .ConfigureAwait(false);
        _stopping.Dispose();
        _metrics.Dispose();
    }

    private static async ValueTask ConnectAsync(
        Reactor reactor,
        Socket socket,
        EndPoint endPoint,
        CancellationToken cancellationToken,
        CancellationToken stopping)
    {
        var request = new ConnectRequest((int)socket.Handle, SocketName.FromEndPoint(endPoint));
        int result = await reactor.SubmitAsync(ConnectRequest.Prepare, request, stopping)
            .ConfigureAwait(false);
        if (result == -(int)Errno.ECANCELED)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Stopped();
        }

        if (result < 0)
            throw SocketErrors.ToSocketException((Errno)(-result));
    }

    // From here on the reactor closes the descriptor. The socket must not be disposed: that waits
    // for a release of the handle which does not come any more.
    private static int Release(Socket socket)
    {
        int fd = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        return fd;
    }

    private static ObjectDisposedException Stopped() => new(nameof(SluiceRuntime));

    private ReactorLoopOptions LoopOptions(SluiceOptions options) =>
        ReactorLoopOptions.From(options) with { Metrics = _metrics };

    private UringConnection Open(ReactorLoop loop, int fd, bool isOutbound)
    {
        (EndPoint local, EndPoint remote) = SocketName.EndsOf(
            loop.System, fd, isOutbound ? _connected : _accepted);
        var connection = new UringConnection(this, loop, fd, local, remote)
        {
            IsOutbound = isOutbound,
        };
        if (!_connections.TryAdd(connection))
            connection.Abort();
        return connection;
    }

    private Reactor NextReactor() =>
        _reactors[(uint)Interlocked.Increment(ref _nextReactor) % (uint)_reactors.Length];

    private ReactorLoop NextLoop() => NextReactor().Loop;
}
