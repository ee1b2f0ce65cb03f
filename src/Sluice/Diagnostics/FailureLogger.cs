using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sluice.Diagnostics;

/// <summary>
/// The logger of a runtime. It counts each failure in <c>sluice.failures</c>, by the name of its
/// event, whether or not the line is written: a warning at night is seen in the figures, too.
/// </summary>
internal sealed class FailureLogger : ILogger
{
    private static readonly Meter s_meter = new(SluiceMetrics.MeterName);
    private static readonly Counter<long> s_failures;

    private readonly ILogger _logger;

    // With the first runtime, so that the figure is there before the first failure.
    static FailureLogger() => s_failures = s_meter.CreateCounter<long>(
        "sluice.failures", "{failure}", "Failures, by the name of their event in the log.");

    private FailureLogger(ILogger logger) => _logger = logger;

    /// <summary>The logger of the category <c>Sluice</c>.</summary>
    /// <param name="factory">Where the lines go; nowhere if it is null.</param>
    public static ILogger Create(ILoggerFactory? factory) =>
        new FailureLogger((factory ?? NullLoggerFactory.Instance).CreateLogger("Sluice"));

    // What is counted has to get here.
    public bool IsEnabled(LogLevel logLevel) =>
        logLevel >= LogLevel.Debug && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning || Diagnostics.Log.IsFrequentFailure(eventId.Id))
            s_failures.Add(1, new KeyValuePair<string, object?>("event", eventId.Name));
        try
        {
            if (_logger.IsEnabled(logLevel))
                _logger.Log(logLevel, eventId, state, exception, formatter);
        }
#pragma warning disable CA1031 // Who cannot write (a full disk) must not end a reactor.
        catch (Exception)
#pragma warning restore CA1031
        {
            s_failures.Add(1, new KeyValuePair<string, object?>("event", "LogFailed"));
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _logger.BeginScope(state);
}
