using System.Diagnostics;
using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns;

/// <summary>
/// Seed after seed, each a whole program over a simulated kernel, divided among threads, until so
/// many connections were simulated or one broke a rule. That one is shrunk.
/// </summary>
internal sealed class Campaign
{
    private readonly CampaignOptions _options;
    private readonly Worker[] _workers;
    private readonly Lock _gate = new();
    private long _lastSeed;
    private long _connections;
    private ulong _failedSeed;
    private Exception? _failure;

    public Campaign(CampaignOptions options)
    {
        _options = options;
        _lastSeed = (long)options.FirstSeed - 1;
        _workers = [.. Enumerable.Range(0, options.Threads).Select(_ => new Worker(this))];
    }

    /// <summary>What was met.</summary>
    public CampaignCoverage Coverage { get; } = new();

    private bool IsOver => Volatile.Read(ref _failure) is not null
        || Volatile.Read(ref _connections) >= _options.Connections;

    /// <summary>Runs it: the failure, or null if there was none.</summary>
    public CampaignFailure? Run()
    {
        foreach (Worker worker in _workers)
            worker.Start();
        foreach (Worker worker in _workers)
        {
            if (!JoinInTime(worker, out ulong endless))
                return Endless(endless);
            Coverage.Add(worker.Coverage);
        }

        return _failure is null
            ? null
            : Shrinker.Shrink(_failedSeed, _failure, _options.ShrinkTime);
    }

    private static CampaignFailure Endless(ulong seed) =>
        new(seed, SimulationLimits.None, new TimeoutException("It does not end."));

    // As long as every worker still begins seeds, there is no reason to lose patience.
    private bool JoinInTime(Worker joined, out ulong endless)
    {
        endless = 0;
        while (!joined.Join(TimeSpan.FromSeconds(1)))
        {
            foreach (Worker worker in _workers)
            {
                if (worker.IsSlow(_options.SeedTime, out endless))
                    return false;
            }
        }

        return true;
    }

    private void OnFailure(ulong seed, Exception failure)
    {
        lock (_gate)
        {
            if (_failure is not null && _failedSeed < seed)
                return;

            _failedSeed = seed;
            Volatile.Write(ref _failure, failure);
        }
    }

    private sealed class Worker
    {
        private readonly Campaign _campaign;
        private readonly Thread _thread;
        private long _seed;
        private long _started;

        public Worker(Campaign campaign)
        {
            _campaign = campaign;
            _thread = new Thread(Work) { IsBackground = true, Name = "campaign" };
        }

        public CampaignCoverage Coverage { get; } = new();

        public void Start() => _thread.Start();

        public bool Join(TimeSpan patience) => _thread.Join(patience);

        /// <summary>Whether the seed that it runs takes longer than that.</summary>
        public bool IsSlow(TimeSpan patience, out ulong seed)
        {
            seed = (ulong)Volatile.Read(ref _seed);
            long started = Volatile.Read(ref _started);
            return seed != 0 && _thread.IsAlive && Stopwatch.GetElapsedTime(started) > patience;
        }

        private void Work()
        {
            long before = 0;
            while (!_campaign.IsOver)
            {
                long seed = Interlocked.Increment(ref _campaign._lastSeed);
                Volatile.Write(ref _started, Stopwatch.GetTimestamp());
                Volatile.Write(ref _seed, seed);
                Exception? failure = SimulationFactory.Run(
                    (ulong)seed, SimulationLimits.None, Coverage, out _);
                if (failure is not null)
                    _campaign.OnFailure((ulong)seed, failure);
                _ = Interlocked.Add(ref _campaign._connections, Coverage.Connections - before);
                before = Coverage.Connections;
            }
        }
    }
}
