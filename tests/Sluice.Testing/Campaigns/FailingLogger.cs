using Microsoft.Extensions.Logging;

namespace Sluice.Testing.Campaigns;

/// <summary>Remembers what was logged as an error: a reactor logs what it cannot report.</summary>
internal sealed class FailingLogger : ILogger
{
    public string? Failure { get; private set; }

    public Exception? Cause { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel < LogLevel.Error)
            return;
        Failure ??= formatter(state, exception) + " " + exception;
        Cause ??= exception;
    }
}
