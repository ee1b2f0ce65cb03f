using System.Net;
using Microsoft.Extensions.Logging;
using Sluice.Uring;

namespace Sluice.Diagnostics;

/// <summary>
/// Every log line of the runtime. Event ids are stable: operators filter by them.
/// </summary>
internal static partial class Log
{
    /// <summary>
    /// Whether an event is a failure that peers can cause as often as they like, and that is
    /// logged at the level Debug for that reason.
    /// </summary>
    public static bool IsFrequentFailure(int eventId) => eventId is 13 or 15 or 18;

    [LoggerMessage(1, LogLevel.Information, "Sluice runs on {Engine}: {Reason}")]
    public static partial void EngineSelected(ILogger logger, Engine engine, string reason);

    [LoggerMessage(2, LogLevel.Error, "A connection handler failed; its connection was aborted.")]
    public static partial void HandlerFailed(ILogger logger, Exception failure);

    [LoggerMessage(10, LogLevel.Debug, "Listening on {EndPoint}.")]
    public static partial void ListenerStarted(ILogger logger, EndPoint endPoint);

    [LoggerMessage(11, LogLevel.Debug, "Stopped listening on {EndPoint}.")]
    public static partial void ListenerStopped(ILogger logger, EndPoint endPoint);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Accepting on {EndPoint} failed ({Error}); it is tried again every {PauseMs} ms. If "
        + "descriptors ran out, raise the limit (ulimit -n) or set ConnectionsMax.")]
    public static partial void AcceptPaused(
        ILogger logger, EndPoint endPoint, string error, int pauseMs);

    [LoggerMessage(
        13, LogLevel.Debug, "A connection to {EndPoint} was refused: {Max} are open already.")]
    public static partial void ConnectionRefused(ILogger logger, EndPoint endPoint, int max);

    [LoggerMessage(
        14, LogLevel.Warning, "{Count} connections were still open at the deadline: aborted.")]
    public static partial void StopAborted(ILogger logger, int count);

    [LoggerMessage(15, LogLevel.Debug, "The connection from {RemoteEndPoint} failed.")]
    public static partial void ConnectionFailed(
        ILogger logger, EndPoint remoteEndPoint, Exception failure);

    [LoggerMessage(
        16, LogLevel.Error, "A callback on a connection's Closed token failed.")]
    public static partial void ClosedCallbackFailed(ILogger logger, Exception failure);

    [LoggerMessage(
        17,
        LogLevel.Warning,
        "A connection from {RemoteEndPoint} was refused: {Reason}. It should begin with a PROXY "
        + "protocol header. Further refusals of this listener are logged at the level Debug.")]
    public static partial void ProxyRefusedFirst(
        ILogger logger, EndPoint? remoteEndPoint, string reason);

    [LoggerMessage(
        18, LogLevel.Debug, "A connection from {RemoteEndPoint} was refused: {Reason}.")]
    public static partial void ProxyRefused(
        ILogger logger, EndPoint? remoteEndPoint, string reason);

    [LoggerMessage(
        19, LogLevel.Error, "A callback on a runtime's Stopping token failed.")]
    public static partial void StoppingCallbackFailed(ILogger logger, Exception failure);

    [LoggerMessage(
        20,
        LogLevel.Information,
        "Draining: not ready from now on, and serving for {UnreadyTime} more.")]
    public static partial void DrainStarted(ILogger logger, TimeSpan unreadyTime);

    [LoggerMessage(
        21, LogLevel.Information, "Draining: listening ends; {Count} requests are running.")]
    public static partial void DrainListeningEnds(ILogger logger, int count);

    [LoggerMessage(22, LogLevel.Information, "Drained: all requests have ended.")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(
        23,
        LogLevel.Warning,
        "Draining: the deadline has passed; {Count} requests and all connections are aborted.")]
    public static partial void DrainDeadline(ILogger logger, int count);

    [LoggerMessage(30, LogLevel.Error, "A callback on a reactor's thread failed.")]
    public static partial void CallbackFailed(ILogger logger, Exception failure);

    [LoggerMessage(31, LogLevel.Error, "Entering the ring failed: {Error}.")]
    public static partial void EnterFailed(ILogger logger, Errno error);

    [LoggerMessage(32, LogLevel.Warning, "Accepting on {EndPoint} failed: {Error}.")]
    public static partial void AcceptFailed(ILogger logger, EndPoint endPoint, Errno error);

    [LoggerMessage(
        33, LogLevel.Warning, "Reactor {Index} could not be pinned to CPU {Cpu}: {Error}.")]
    public static partial void PinFailed(ILogger logger, int index, int cpu, Errno error);

    [LoggerMessage(
        34,
        LogLevel.Debug,
        "A reactor has ended while memory of it is in use; it goes with the last of:\n{Blocks}")]
    public static partial void MemoryOutlivesReactor(ILogger logger, string blocks);

    [LoggerMessage(
        40,
        LogLevel.Warning,
        "A buffer of {Size} native bytes was never disposed and freed late. Allocated: {Stack}")]
    public static partial void BufferLeaked(ILogger logger, nuint size, string stack);

    [LoggerMessage(
        41, LogLevel.Error, "The release of wrapped memory that was never disposed failed.")]
    public static partial void BufferReleaseFailed(ILogger logger, Exception failure);
}
