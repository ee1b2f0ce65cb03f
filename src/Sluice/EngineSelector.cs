using Microsoft.Extensions.Logging;
using Sluice.Diagnostics;
using Sluice.Sockets.RingSockets;
using Sluice.Sockets.SystemSockets;
using Sluice.Uring;

namespace Sluice;

/// <summary>
/// Chooses the engine by trying, and says in one log line which one runs and why.
/// </summary>
internal static class EngineSelector
{
    public static SluiceRuntime Start(SluiceOptions options, ILogger logger) =>
        Start(options, logger, UringAvailability.Check, UringEngine.Start);

    /// <param name="options">Checked, and the runtime's own copy.</param>
    /// <param name="logger">Takes the one line.</param>
    /// <param name="check">Whether io_uring works here; not asked if sockets are demanded.</param>
    /// <param name="uringStart">Starts the io_uring engine.</param>
    internal static SluiceRuntime Start(
        SluiceOptions options,
        ILogger logger,
        Func<UringVerdict> check,
        Func<SluiceOptions, ILogger, IEngine> uringStart)
    {
        string reason = "it was demanded.";
        IEngine? engine = null;
        if (options.Engine != Engine.Sockets)
            engine = TryUring(options, logger, check, uringStart, out reason);
        if (engine is null && options.Engine == Engine.Uring)
        {
            throw new PlatformNotSupportedException(
                $"Engine.Uring was demanded, but io_uring cannot be used here: {reason}");
        }

        engine ??= new SocketsEngine(options, logger);
        Log.EngineSelected(logger, engine.Kind, reason);
        return new SluiceRuntime(engine, reason, options, logger);
    }

    private static IEngine? TryUring(
        SluiceOptions options,
        ILogger logger,
        Func<UringVerdict> check,
        Func<SluiceOptions, ILogger, IEngine> uringStart,
        out string reason)
    {
        UringVerdict verdict = check();
        reason = verdict.Reason;
        if (!verdict.IsAvailable)
            return null;

        try
        {
            return uringStart(options, logger);
        }
        catch (RingException failure)
        {
            // A small ring worked; the reactors' rings need more than the limits allow.
            reason = failure.Message;
            return null;
        }
    }
}
