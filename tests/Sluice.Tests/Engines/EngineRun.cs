using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Engines;

/// <summary>Starts runtimes for tests.</summary>
internal static class EngineRun
{
    /// <summary>
    /// Starts a runtime, or skips the test where the engine does not work. It skips only for what
    /// the selector itself would say: an engine that works but fails to start is a failure.
    /// </summary>
    public static SluiceRuntime Start(
        Engine engine,
        Scheduling scheduling,
        Action<SluiceOptions>? configure = null,
        ILoggerFactory? loggerFactory = null)
    {
        SkipUnlessUsable(engine);
        var options = new SluiceOptions
        {
            Engine = engine,
            Scheduling = scheduling,
            ReactorCount = 2,
        };
        configure?.Invoke(options);
        return SluiceRuntime.Start(options, loggerFactory);
    }

    public static void SkipUnlessUsable(Engine engine)
    {
        if (engine != Engine.Uring)
            return;

        UringVerdict verdict = UringAvailability.Check();
        Assert.SkipUnless(verdict.IsAvailable, verdict.Reason);
    }
}
