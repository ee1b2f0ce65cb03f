using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Reactors;
using Sluice.Sockets;
using Sluice.Sockets.ProxyProtocol;
using Sluice.Sockets.SystemSockets;

namespace Sluice;

/// <summary>
/// A set of reactors and all listeners and connections on it. Independent of every other runtime
/// in the process. Safe for use by several threads.
/// </summary>
/// <example>
/// <code>
/// await using var runtime = SluiceRuntime.Start();
/// await using var server = await runtime.ServeAsync(
///     new IPEndPoint(IPAddress.Loopback, 7000),
///     connection => connection.Input.CopyToAsync(connection.Output));
/// </code>
/// </example>
public sealed class SluiceRuntime : IAsyncDisposable
{
    private readonly IEngine _engine;
    private readonly SluiceOptions _options;
    private readonly ILogger _logger;
    private readonly BufferLeakLogger _leaks;
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    internal SluiceRuntime(
        IEngine engine, string engineReason, SluiceOptions options, ILogger logger)
    {
        _engine = engine;
        _options = options;
        _logger = logger;
        _leaks = new BufferLeakLogger(logger);
        EngineReason = engineReason;
        Stopping = _stopping.Token;
    }

    /// <summary>What moves the bytes: never <see cref="Engine.Auto"/>.</summary>
    public Engine Engine => _engine.Kind;

    /// <summary>Why this engine runs, in one sentence.</summary>
    public string EngineReason { get; }

    /// <summary>The reactors; empty unless <see cref="Engine"/> is io_uring.</summary>
    public IReadOnlyList<Reactor> Reactors => _engine.Reactors;

    /// <summary>
    /// Cancelled when stopping begins. A handler that waits for a peer's next request passes it to
    /// its reads, and returns: its connection then ends in order instead of at the deadline.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>Starts a runtime.</summary>
    /// <param name="options">Null means the defaults. Later changes have no effect.</param>
    /// <param name="loggerFactory">Null means no logging.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">
    /// <see cref="Engine.Uring"/> was demanded and does not work here; the message says why.
    /// </exception>
    public static SluiceRuntime Start(
        SluiceOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        options = options?.Copy() ?? new SluiceOptions();
        options.Validate();
        ILogger logger = FailureLogger.Create(loggerFactory);
        return EngineSelector.Start(options, logger);
    }

    /// <summary>Listens on an address.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/> (port 0 lets the kernel choose) or a
    /// <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/> (a path, or an abstract name
    /// that starts with a null character).
    /// </param>
    /// <param name="options">Null means the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">Another kind of address.</exception>
    public ValueTask<ConnectionListener> ListenAsync(
        EndPoint endPoint,
        ListenOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        options = Prepared(options);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Listen(ListeningSocket.Bind(endPoint, options), options));
    }

    /// <summary>
    /// Listens on a socket that exists: one that a service manager or the predecessor of this
    /// process has passed on (socket activation, restarts without a gap).
    /// </summary>
    /// <param name="socket">
    /// A stream socket, TCP or UNIX, bound; it may listen already. It stays the caller's and open:
    /// disposing the listener stops accepting, and connections then wait in the kernel for
    /// whoever accepts next. It is not closed before that, even if it is disposed.
    /// </param>
    /// <param name="options">
    /// Null means the defaults. What concerns the binding (<see cref="ListenOptions.ReusePort"/>,
    /// <see cref="ListenOptions.DualMode"/>) is not used; the options of connections do not reach
    /// those that the kernel has completed already.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// It is no socket, or one that cannot listen.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The handle or the runtime is closed.</exception>
    public ValueTask<ConnectionListener> ListenAsync(
        SafeHandle socket,
        ListenOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        options = Prepared(options);
        cancellationToken.ThrowIfCancellationRequested();
        return new(Listen(ListeningSocket.Borrow(socket, options), options));
    }

    /// <summary>
    /// Connects to an address; the kinds are those of
    /// <see cref="ListenAsync(EndPoint, ListenOptions?, CancellationToken)"/>, and
    /// <see cref="DnsEndPoint"/>, whose addresses are tried one after the other.
    /// </summary>
    /// <returns>The connection, owned by the caller.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<Connection> ConnectAsync(
        EndPoint endPoint,
        ConnectOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        options ??= new ConnectOptions();
        options.Validate();
        return endPoint is DnsEndPoint name
            ? HostName.ConnectAsync(
                name,
                (address, token) => _engine.ConnectAsync(address, options, token),
                cancellationToken)
            : _engine.ConnectAsync(endPoint, options, cancellationToken);
    }

    /// <summary>Listens, and runs a handler for each connection.</summary>
    /// <param name="endPoint">
    /// See <see cref="ListenAsync(EndPoint, ListenOptions?, CancellationToken)"/>.
    /// </param>
    /// <param name="handler">
    /// Runs once per connection, where <see cref="SluiceOptions.Scheduling"/> says. The
    /// connection is disposed when its task ends.
    /// </param>
    /// <param name="options">Null means the defaults.</param>
    /// <param name="cancellationToken">Ends the wait for the listener.</param>
    public async ValueTask<ConnectionServer> ServeAsync(
        EndPoint endPoint,
        Func<Connection, Task> handler,
        ListenOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ConnectionListener listener = await ListenAsync(endPoint, options, cancellationToken)
            .ConfigureAwait(false);
        return new ConnectionServer(listener, handler, _logger);
    }

    /// <summary>
    /// Stops: cancels <see cref="Stopping"/>; connections may end by themselves within
    /// <see cref="SluiceOptions.ShutdownTimeout"/>, then they are aborted; threads, rings and
    /// memory are gone on return. Dispose listeners and servers first.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        try
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException failure)
        {
            Log.StoppingCallbackFailed(_logger, failure);
        }

        using var deadline = new CancellationTokenSource(_options.ShutdownTimeout);
        await _engine.StopAsync(deadline.Token).ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        _leaks.Dispose();
        _stopping.Dispose();
    }

    private ConnectionListener Listen(ListeningSocket socket, ListenOptions options)
    {
        ConnectionListener listener = _engine.Listen(socket, options);
        return options.GetProxyProtocol() is { } proxy
            ? new ProxyListener(
                listener, new ProxyHeaderReader(proxy, _logger), options.AcceptQueueMax)
            : listener;
    }

    private static ListenOptions Prepared(ListenOptions? options)
    {
        options = options?.Copy() ?? new ListenOptions();
        options.Validate();
        return options;
    }
}
