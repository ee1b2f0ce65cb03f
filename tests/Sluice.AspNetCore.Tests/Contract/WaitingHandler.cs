using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>A request that waits until it is given up.</summary>
internal sealed class WaitingHandler
{
    private readonly TaskCompletionSource _started = Signal.Create();
    private readonly TaskCompletionSource _aborted = Signal.Create();

    public Task Started => _started.Task;

    public Task Aborted => _aborted.Task;

    public void Map(WebApplication app) => app.Run(RunAsync);

    public async Task RunAsync(HttpContext context)
    {
        using CancellationTokenRegistration registration =
            context.RequestAborted.Register(() => _aborted.TrySetResult());
        _started.TrySetResult();
        await _aborted.Task;
    }
}
