using System.Diagnostics;
using Sluice.Tool.Bench;
using Sluice.Tool.Soak.Faults;
using Sluice.Tool.Soak.Load;
using Sluice.Tool.Soak.Verdict;
using Sluice.Tool.Soak.Watching;

namespace Sluice.Tool.Soak;

/// <summary>
/// One server from its start to its end: a first load, idle, the load with its faults, idle again,
/// SIGTERM.
/// </summary>
internal sealed class SoakRun(SoakSettings settings, SoakServer server, ISoakScreen screen)
{
    private static readonly TimeSpan SettlingStep = TimeSpan.FromMilliseconds(200);

    private readonly SoakTally _tally = new();
    private readonly List<SoakSample> _samples = [];
    private IReadOnlyList<PlannedFault> _faults = [];

    /// <summary>Runs all of it; the token ends the load early, and nothing else.</summary>
    public async Task<SoakServerResult> RunAsync(CancellationToken cancellationToken)
    {
        using ServerProcess process = ServerProcess.Start(server.Title, server.Start);
        IdleState? before;
        IdleState? after;
        bool hasFigures;
        double seconds;
        await using (var watch = new ServerWatch(process.Id))
        {
            var sampler = new SoakSampler(process.Id, watch, _tally);
            screen.OnPhase(server, "first load");
            await PrepareAsync(process, cancellationToken);
            screen.OnPhase(server, "idle before");
            before = await SettleAsync(sampler, goal: null);
            screen.OnPhase(server, "load");
            seconds = await LoadAsync(process, sampler, cancellationToken);
            screen.OnPhase(server, "idle after");
            after = await SettleAsync(sampler, before);
            hasFigures = sampler.HasFigures;
        }

        screen.OnPhase(server, "stop");
        int? exitCode = await process.TerminateAsync();
        screen.OnPhase(server, "ended");
        return Result(process, before, after, hasFigures, seconds, exitCode);
    }

    // What a server makes once for its first connections belongs to the idle server.
    private async Task PrepareAsync(ServerProcess process, CancellationToken cancellationToken)
    {
        using SoakLoad load = StartLoad(process);
        await Task.Delay(settings.Preparation, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await load.StopAsync();
    }

    private SoakLoad StartLoad(ServerProcess process) => new(
        process.EndPoint,
        server.Mix,
        settings.Connections,
        settings.Busy,
        settings.Seed,
        _tally);

    private async Task<double> LoadAsync(
        ServerProcess process, SoakSampler sampler, CancellationToken cancellationToken)
    {
        using SoakLoad load = StartLoad(process);
        using var injector = new FaultInjector(
            settings.HasFaults ? FaultPlan.Create(settings.Seed, settings.Duration) : [],
            process,
            load,
            settings.Seed);
        sampler.Load = load;
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(settings.SampleInterval);
        while (Stopwatch.GetElapsedTime(start) < settings.Duration
            && !cancellationToken.IsCancellationRequested
            && sampler.Take(Stopwatch.GetElapsedTime(start).TotalSeconds) is { } sample)
        {
            _samples.Add(sample);
            screen.OnSample(server, sample);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _faults = await injector.StopAsync();
        await load.StopAsync();
        sampler.Load = null;
        return seconds;
    }

    // Until it has been idle for a while, and until it has no more than it should, within reason.
    private async Task<IdleState?> SettleAsync(SoakSampler sampler, IdleState? goal)
    {
        IdleState? known = null;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (sampler.Take(0) is not { } sample)
                return null;
            var state = IdleState.Of(sample);
            bool isKnown = sampler.HasFigures || sampler.HasNoFigures;
            if (isKnown)
                known = known?.Then(state) ?? state;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            bool isReached = isKnown && (goal is null || known!.IsWithin(goal));
            if (elapsed > (isReached ? settings.Settling : settings.SettlingMax))
                return known ?? state;
            await Task.Delay(SettlingStep);
        }
    }

    private SoakServerResult Result(
        ServerProcess process,
        IdleState? before,
        IdleState? after,
        bool hasFigures,
        double seconds,
        int? exitCode)
    {
        IReadOnlyList<string> lines = process.Errors;
        var evidence = new SoakEvidence
        {
            Samples = _samples,
            WarmUpSeconds = settings.WarmUp.TotalSeconds,
            TrendSecondsMin = settings.TrendMin.TotalSeconds,
            Before = before,
            After = after,
            HasFigures = hasFigures,
            Activities = _tally.Activities,
            Requests = _tally.Requests,
            Bytes = _tally.Bytes,
            Corrupted = _tally.Corrupted,
            Failures = _tally.Failures,
            Errors = lines.Count(static line =>
                !line.StartsWith("Warning: ", StringComparison.Ordinal)),
            ExitCode = exitCode,
        };
        return new SoakServerResult
        {
            Name = server.Name,
            Title = server.Title,
            Seconds = seconds,
            WarmUpSeconds = settings.WarmUp.TotalSeconds,
            Connections = settings.Connections,
            Busy = settings.Busy,
            ConnectionsMade = _tally.Connections,
            Requests = _tally.Requests,
            Bytes = _tally.Bytes,
            Rules = SoakVerdict.Judge(evidence),
            Before = before,
            After = after,
            Activities = evidence.Activities,
            Faults = _faults,
            Incidents = _tally.Incidents,
            ErrorLines = lines,
            Samples = _samples,
        };
    }
}
