using Microsoft.Extensions.Logging;

namespace Sluice.Tool;

/// <summary>
/// Writes log lines as plain sentences: information to standard output, what went wrong to
/// standard error. Exceptions are named in one line; their stacks help no user.
/// </summary>
internal sealed class PlainLoggerProvider(TextWriter output, TextWriter error) : ILoggerProvider
{
    private volatile bool _reportsFailures;

    /// <summary>
    /// Whether failures are logged: while the server runs. What ends the start is reported once,
    /// by the command, and that a stop ends connections is what the user asked for.
    /// </summary>
    public bool ReportsFailures
    {
        get => _reportsFailures;
        set => _reportsFailures = value;
    }

    public ILogger CreateLogger(string categoryName) => new PlainLogger(this);

    public void Dispose()
    {
    }

    private sealed class PlainLogger(PlainLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            string line = formatter(state, exception);
            if (logLevel <= LogLevel.Information)
                provider.WriteInformation(line);
            else if (provider.ReportsFailures)
                provider.WriteFailure(logLevel, line, exception);
        }
    }

    private void WriteInformation(string line) => Write(output, line);

    private void WriteFailure(LogLevel level, string line, Exception? exception) => Write(
        error,
        exception is null
            ? $"{level}: {line}"
            : $"{level}: {line} {exception.GetType().Name}: {exception.Message}");

    // A server goes on when its log has no room (a full disk).
    private static void Write(TextWriter writer, string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (IOException)
        {
            // There is nowhere else to say it.
        }
    }
}
