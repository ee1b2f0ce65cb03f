using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Diagnostics;

namespace Sluice.AspNetCore.Draining;

/// <summary>
/// Holds the host's stop up: the host asks all services whether they are ready to stop before it
/// stops the first of them, Kestrel among them.
/// </summary>
internal sealed class DrainService(
    DrainState state,
    IOptions<SluiceDrainOptions> options,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggerFactory) : IHostedLifecycleService
{
    private readonly ILogger _logger = FailureLogger.Create(loggerFactory);
    private CancellationTokenRegistration _stopping;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // A signal comes here first, and may be seconds ahead of the stop.
        _stopping = lifetime.ApplicationStopping.UnsafeRegister(
            static service => ((DrainService)service!).Drain(), this);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.Start();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Drain();

        // The host forgets the token after the stop: there is nothing to give back.
        _ = cancellationToken.UnsafeRegister(
            static service => ((DrainService)service!).OnDeadline(), this);
        try
        {
            await Task.Delay(
                options.Value.UnreadyTime, options.Value.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The deadline for all of it has passed: stop now.
        }

        Log.DrainListeningEnds(_logger, state.RequestsInFlight);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _stopping.Dispose();
        if (!cancellationToken.IsCancellationRequested)
            Log.Drained(_logger);
        return Task.CompletedTask;
    }

    private void Drain()
    {
        if (state.Drain())
            Log.DrainStarted(_logger, options.Value.UnreadyTime);
    }

    private void OnDeadline() => Log.DrainDeadline(_logger, state.RequestsInFlight);
}
