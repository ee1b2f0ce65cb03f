using Microsoft.Extensions.Logging;

namespace Sluice.Diagnostics;

/// <summary>
/// Every log line of the runtime. Event ids are stable: operators filter by them.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Sluice runs on {Engine}: {Reason}")]
    public static partial void EngineSelected(ILogger logger, Engine engine, string reason);

    [LoggerMessage(2, LogLevel.Error, "A connection handler failed; its connection was aborted.")]
    public static partial void HandlerFailed(ILogger logger, Exception failure);
}
