using System.Diagnostics;
using Sluice.Tool.Bench;
using Sluice.Tool.Soak.Load;

namespace Sluice.Tool.Soak.Faults;

/// <summary>Makes planned faults happen, one after the other.</summary>
internal sealed class FaultInjector : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PlannedFault> _done = [];
    private readonly ServerProcess _server;
    private readonly SoakLoad _load;
    private readonly Random _random;
    private readonly Task _run;

    public FaultInjector(
        IReadOnlyList<PlannedFault> plan, ServerProcess server, SoakLoad load, int seed)
    {
        _server = server;
        _load = load;
        _random = new Random(seed);
        _run = RunAsync(plan);
    }

    /// <summary>Ends after the fault that is under way.</summary>
    /// <returns>The faults that were.</returns>
    public async Task<IReadOnlyList<PlannedFault>> StopAsync()
    {
        await _stopping.CancelAsync();
        await _run;
        return _done;
    }

    /// <summary>Stop it before.</summary>
    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(IReadOnlyList<PlannedFault> plan)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (PlannedFault fault in plan)
        {
            double wait = fault.Seconds - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_stopping.IsCancellationRequested)
                return;
            _done.Add(await InjectAsync(fault));
        }
    }

    private async Task<PlannedFault> InjectAsync(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Reset:
                // Never more than a half: the others go on.
                int most = (_load.Peers.Count + 1) / 2;
                int reset = _load.Peers.ResetSome(Math.Min(fault.Amount, most), _random);
                return fault with { Amount = reset };
            case FaultKind.Pause:
                await PauseAsync(TimeSpan.FromMilliseconds(fault.Amount));
                return fault;
            case FaultKind.Burst:
                await _load.BurstAsync(fault.Amount);
                return fault;
            default:
                throw new UnreachableException();
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        _server.Signal(ProcessSignal.Stop);
        try
        {
            await Task.Delay(time);
        }
        finally
        {
            _server.Signal(ProcessSignal.Continue);
        }
    }
}
