using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Sockets;
using SocketTransportOptions =
    Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions;

namespace Sluice.AspNetCore;

/// <summary>
/// Gives Kestrel its listeners. All of them share one set of reactors, which starts with the
/// first listener and ends with the host's container. Where the sockets engine is chosen,
/// Kestrel's own sockets transport does the work and no reactor is made.
/// </summary>
internal sealed class SluiceTransportFactory :
    IConnectionListenerFactory,
    IConnectionListenerFactorySelector,
    IAsyncDisposable,
    IDisposable
{
    private readonly SluiceTransportOptions _options;
    private readonly IOptions<SocketTransportOptions> _socketOptions;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ConnectionServices _services;
    private readonly Lock _lock = new();
    private SluiceRuntime? _runtime;
    private IConnectionListenerFactory? _sockets;
    private bool _disposed;

    public SluiceTransportFactory(
        IOptions<SluiceTransportOptions> options,
        IOptions<SocketTransportOptions> socketOptions,
        ILoggerFactory loggerFactory,
        IEnumerable<IMemoryPoolFactory<byte>> memoryPools)
    {
        _options = options.Value;
        _socketOptions = socketOptions;
        _loggerFactory = loggerFactory;
        _services = new ConnectionServices(
            new ConnectionIdGenerator(TimeProvider.System),
            memoryPools.LastOrDefault()?.Create() ?? MemoryPool<byte>.Shared);
    }

    /// <summary>Other kinds of address are left to the next transport.</summary>
    public bool CanBind(EndPoint endpoint) =>
        endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        SluiceRuntime? runtime = await StartAsync().ConfigureAwait(false);
        if (runtime is null)
            return await _sockets!.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);

        try
        {
            ConnectionListener listener = endpoint is FileHandleEndPoint inherited
                ? await ListenAsync(runtime, inherited, cancellationToken).ConfigureAwait(false)
                : await runtime.ListenAsync(endpoint, _options.Listen, cancellationToken)
                    .ConfigureAwait(false);
            return new SluiceConnectionListener(listener, _services);
        }
        catch (SocketException failure)
            when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The exception that Kestrel turns into its own message.
            throw new AddressInUseException(failure.Message, failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        SluiceRuntime? runtime;
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            runtime = _runtime;
        }

        if (runtime is not null)
            await runtime.DisposeAsync().ConfigureAwait(false);
        if (_services.MemoryPool != MemoryPool<byte>.Shared)
            _services.MemoryPool.Dispose();
    }

    // A container that is disposed without await calls this.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Decides once. Null means that Kestrel's sockets do the work.</summary>
    private async ValueTask<SluiceRuntime?> StartAsync()
    {
        SluiceRuntime? unused = null;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_runtime is null && _sockets is null)
            {
                var runtime = SluiceRuntime.Start(_options, _loggerFactory);
                if (runtime.Engine == Engine.Uring)
                    _runtime = runtime;
                else
                    (unused, _sockets) = (runtime, CreateSockets());
            }
        }

        // The runtime's own sockets engine has no threads and did nothing yet.
        if (unused is not null)
            await unused.DisposeAsync().ConfigureAwait(false);
        return _runtime;
    }

    private async ValueTask<ConnectionListener> ListenAsync(
        SluiceRuntime runtime, FileHandleEndPoint inherited, CancellationToken cancellationToken)
    {
        using SafeSocketHandle handle = KestrelSockets.HandleOf(inherited);
        return await runtime.ListenAsync(handle, _options.Listen, cancellationToken)
            .ConfigureAwait(false);
    }

    private IConnectionListenerFactory CreateSockets() =>
        KestrelSockets.Create(_socketOptions.Value, _options, _loggerFactory);
}
