using Sluice.Uring;

namespace Sluice.Tool.Load;

/// <summary>A whole load: open, warm up, measure, close.</summary>
internal static class LoadRun
{
    /// <summary>Measures, on a thread of its own.</summary>
    public static Task<LoadReport> MeasureAsync(LoadSettings settings, Exchange exchange) =>
        StartAsync(settings, exchange, load =>
        {
            if (settings.WarmUp > TimeSpan.Zero)
                _ = load.Run(settings.WarmUp);
            return load.Run(settings.Duration);
        });

    /// <summary>
    /// Opens the connections, exchanges once on each, and leaves them idle until they are to be
    /// closed.
    /// </summary>
    /// <param name="settings">The load; its times are not used.</param>
    /// <param name="exchange">What each connection does once.</param>
    /// <param name="onIdle">Called when all are idle; they are closed when it returns.</param>
    public static Task<bool> HoldAsync(LoadSettings settings, Exchange exchange, Action onIdle) =>
        StartAsync(settings, exchange, load =>
        {
            load.RunOnce();
            onIdle();
            return true;
        });

    private static Task<T> StartAsync<T>(
        LoadSettings settings, Exchange exchange, Func<RingLoad, T> run)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(Run(settings, exchange, run));
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        {
            Name = "load",
        };
        thread.Start();
        return done.Task;
    }

    private static T Run<T>(LoadSettings settings, Exchange exchange, Func<RingLoad, T> run)
    {
        if (settings.Cpu is { } cpu && CpuAffinity.PinCurrentThread(cpu) is var error and not 0)
            throw new UserErrorException($"The load cannot run on processor {cpu}: {error}.");

        var connections = new LoadConnection[settings.Connections];
        int opened = 0;
        try
        {
            for (; opened < connections.Length; opened++)
                connections[opened] = ExchangeProbe.Open(settings.Server, exchange);

            using var load = new RingLoad(settings, exchange, connections);
            return run(load);
        }
        finally
        {
            foreach (LoadConnection connection in connections.AsSpan(0, opened))
                connection.Dispose();
        }
    }
}
