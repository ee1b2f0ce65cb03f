using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Sluice.Memory;

namespace Sluice.AspNetCore;

/// <summary>
/// The runtime that the listeners and the outbound connections of one set of options share. It
/// starts with the first of them and ends with the host's container.
/// </summary>
internal sealed class TransportRuntime : IAsyncDisposable, IDisposable
{
    private readonly ILoggerFactory _loggerFactory;
    private readonly Lock _lock = new();
    private SluiceRuntime? _runtime;
    private bool _isDisposed;

    public TransportRuntime(
        SluiceTransportOptions options,
        ILoggerFactory loggerFactory,
        IEnumerable<IMemoryPoolFactory<byte>> memoryPools)
    {
        Options = options;
        _loggerFactory = loggerFactory;
        Services = new ConnectionServices(
            new ConnectionIdGenerator(TimeProvider.System),
            options.RentFromHeap
                ? new IoMemoryPool()
                : memoryPools.LastOrDefault()?.Create() ?? MemoryPool<byte>.Shared);
    }

    public SluiceTransportOptions Options { get; }

    public ConnectionServices Services { get; }

    /// <summary>The runtime, started by the first call.</summary>
    /// <exception cref="ObjectDisposedException">The container is gone.</exception>
    public SluiceRuntime Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _runtime ??= SluiceRuntime.Start(Options, _loggerFactory);
        }
    }

    public async ValueTask DisposeAsync()
    {
        SluiceRuntime? runtime;
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            runtime = _runtime;
        }

        if (runtime is not null)
            await runtime.DisposeAsync().ConfigureAwait(false);
        if (Services.MemoryPool != MemoryPool<byte>.Shared)
            Services.MemoryPool.Dispose();
    }

    // A container that is disposed without await calls this.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
