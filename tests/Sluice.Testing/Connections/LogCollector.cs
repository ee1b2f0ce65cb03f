using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Testing.Connections;

/// <summary>Keeps every log line, and lets tests wait for one.</summary>
public sealed class LogCollector : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int EventId, string Message)> _lines = new();
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<(int EventId, string Message)> Lines => _lines;

    /// <summary>Waits until so many lines with an event id were logged.</summary>
    public async Task WaitForAsync(int eventId, int count = 1)
    {
        while (_lines.Count(line => line.EventId == eventId) < count)
        {
            if (!await _arrived.WaitAsync(Patience.Limit))
                throw new TimeoutException($"Event {eventId} was not logged {count} times.");
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _lines.Enqueue((eventId.Id, formatter(state, exception)));
        _ = _arrived.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _arrived.Dispose();
}
