using Microsoft.Extensions.Logging;
using Sluice.Memory;

namespace Sluice.Diagnostics;

/// <summary>Logs the buffers that nobody disposed, while a runtime lives.</summary>
internal sealed class BufferLeakLogger : IDisposable
{
    private readonly ILogger _logger;

    public BufferLeakLogger(ILogger logger)
    {
        _logger = logger;
        BufferLeaks.Found += OnFound;
    }

    public void Dispose() => BufferLeaks.Found -= OnFound;

    private void OnFound(object? sender, BufferLeakEventArgs leak)
    {
        if (leak.ReleaseError is { } error)
            Log.BufferReleaseFailed(_logger, error);
        else
            Log.BufferLeaked(_logger, leak.Size, leak.AllocationStack ?? "not traced");
    }
}
