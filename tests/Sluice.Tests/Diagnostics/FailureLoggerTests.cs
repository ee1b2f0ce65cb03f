using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Testing.Connections;

namespace Sluice.Tests.Diagnostics;

public sealed class FailureLoggerTests
{
    [Theory]
    [InlineData(9001, LogLevel.Error, 1)]
    [InlineData(9002, LogLevel.Warning, 1)]
    [InlineData(9003, LogLevel.Information, 0)]
    [InlineData(13, LogLevel.Debug, 1)]
    [InlineData(10, LogLevel.Debug, 0)]
    public void Log_WithoutAFactory_CountsFailures(int id, LogLevel level, int expected)
    {
        using var meters = new MeterReader();

        Write(FailureLogger.Create(null), level, new EventId(id, $"test{id}"));

        Assert.Equal(expected, meters.Said($"sluice.failures event=test{id}"));
    }

    [Fact]
    public void Log_AnyLine_IsPassedOn()
    {
        using var lines = new LogCollector();

        Write(FailureLogger.Create(lines), LogLevel.Debug, new EventId(9004, "test9004"));

        Assert.Equal((9004, "a line"), Assert.Single(lines.Lines));
    }

    [Fact]
    public void Log_ALevelThatIsOff_IsCountedAndNotPassedOn()
    {
        using var meters = new MeterReader();
        using var silence = new Silence();

        Write(FailureLogger.Create(silence), LogLevel.Error, new EventId(9005, "test9005"));

        Assert.Equal(1, meters.Said("sluice.failures event=test9005"));
    }

    [Fact]
    public void Log_TheLoggerThrows_IsCountedAndGoesNoFurther()
    {
        using var meters = new MeterReader();
        using var full = new Silence { Failure = new IOException("No space left on device") };

        Write(FailureLogger.Create(full), LogLevel.Error, new EventId(9006, "test9006"));

        Assert.Equal(1, meters.Said("sluice.failures event=test9006"));
        Assert.Equal(1, meters.Said("sluice.failures event=LogFailed"));
    }

    private static void Write(ILogger logger, LogLevel level, EventId id)
    {
        // As generated code does it.
        if (logger.IsEnabled(level))
            logger.Log(level, id, "a line", null, static (state, _) => state);
    }

    private sealed class Silence : ILoggerFactory, ILogger
    {
        public Exception? Failure { get; init; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => Failure is not null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            throw Failure ?? new InvalidOperationException("Nobody wants this line.");

        public void Dispose()
        {
        }
    }
}
