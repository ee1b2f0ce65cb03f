namespace Sluice;

/// <summary>Where user code continues when its bytes have arrived.</summary>
public enum Scheduling
{
    /// <summary>
    /// On the thread pool. User code that blocks delays only itself. What a handler flushes until
    /// it yields leaves in one send.
    /// </summary>
    ThreadPool,

    /// <summary>
    /// On the reactor's own thread: the fastest, for handlers that never block. One that blocks
    /// delays every connection of its reactor.
    /// </summary>
    Inline,
}
