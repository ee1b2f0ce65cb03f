using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.AspNetCore.Tests;

/// <summary>Keeps what was logged.</summary>
internal sealed class CollectingLoggerProvider : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Category, string Line)> Lines { get; } = new();

    public IEnumerable<string> Warnings =>
        Lines.Where(l => l.Level >= LogLevel.Warning).Select(l => $"{l.Category}: {l.Line}");

    /// <summary>Fails with the whole text of every warning.</summary>
    public void AssertNoWarnings()
    {
        string warnings = string.Join('\n', Warnings);
        Assert.True(warnings.Length == 0, warnings);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(CollectingLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Lines.Enqueue(
                    (logLevel, category, $"{formatter(state, exception)} {exception}"));
            }
        }
    }
}
