using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Sluice.Tool.Soak.Load;

/// <summary>
/// Clients that put a mixed load on a server, each one activity after the other, drawn by a seed.
/// </summary>
internal sealed class SoakLoad : IDisposable
{
    // More at once would wait for room in the listener's queue, with pauses that double.
    private const int StartsPerSecond = 1000;
    private const int ClosesPerSecond = 100;
    private const int SeedsApart = 7919;
    private const int BurstSeed = -1;
    private const string BurstName = "burst";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly SoakMix _mix;
    private readonly int _seed;
    private readonly Task[] _clients;
    private readonly Task _watch;
    private int _bursts;
    private long _closingSecond;
    private int _closes;

    /// <summary>Starts the clients.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="mix">What they do.</param>
    /// <param name="connections">How many clients, each with a connection at a time.</param>
    /// <param name="busy">How many of them keep the server working.</param>
    /// <param name="seed">What decides.</param>
    /// <param name="tally">Is told of everything.</param>
    public SoakLoad(
        IPEndPoint server, SoakMix mix, int connections, int busy, int seed, SoakTally tally)
    {
        Server = server;
        Tally = tally;
        _mix = mix;
        _seed = seed;
        _clients = new Task[connections];
        for (int i = 0; i < connections; i++)
        {
            IReadOnlyList<SoakActivity> activities = i < busy ? mix.Busy : mix.Quiet;
            int index = i;
            _clients[i] = Task.Run(() => RunAsync(activities, index));
        }

        _watch = WatchAsync();
    }

    public IPEndPoint Server { get; }

    public SoakTally Tally { get; }

    public SoakPeers Peers { get; } = new();

    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Waits; no longer once the load is to end.</summary>
    public async Task DelayAsync(TimeSpan time) =>
        await Task.Delay(time, _stopping.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Whether this side may be the first to close, once more.</summary>
    public bool MayCloseFirst()
    {
        long second = Environment.TickCount64 / 1000;
        if (Interlocked.Exchange(ref _closingSecond, second) != second)
            Volatile.Write(ref _closes, 0);
        return Interlocked.Increment(ref _closes) <= ClosesPerSecond;
    }

    /// <summary>Connects so many times at once; each does one short thing.</summary>
    public Task BurstAsync(int count)
    {
        var all = new Task[count];
        for (int i = 0; i < count; i++)
        {
            int seed = BurstSeed - Interlocked.Increment(ref _bursts);
            all[i] = Task.Run(() => RunOnceAsync(BurstName, _mix.Short.RunAsync, Chance(seed)));
        }

        return Task.WhenAll(all);
    }

    /// <summary>
    /// Ends the load: what is under way is brought to its end, without pauses, and checked.
    /// </summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients);
        await _ended.CancelAsync();
        await _watch;
    }

    /// <summary>Stop it before.</summary>
    public void Dispose()
    {
        _stopping.Dispose();
        _ended.Dispose();
    }

    // Every activity comes first at some client, so none is left out by chance.
    private async Task RunAsync(IReadOnlyList<SoakActivity> activities, int index)
    {
        await DelayAsync(TimeSpan.FromSeconds((double)index / StartsPerSecond));
        Random random = Chance(index);
        SoakActivity next = activities[index % activities.Count];
        do
        {
            await RunOnceAsync(next.Name, next.RunAsync, random);
            next = Draw(activities, random);
        }
        while (!IsStopping);
    }

    private Random Chance(int index) => new(unchecked((_seed * SeedsApart) + index));

    private async Task RunOnceAsync(string name, Func<SoakTurn, Task> run, Random random)
    {
        var turn = new SoakTurn(this, name, random);
        try
        {
            await run(turn);
            Tally.OnCompleted(name);
        }
        catch (Exception failure) when (IsOfTheNetwork(failure))
        {
            switch (turn.Peer?.End)
            {
                case PeerEnd.Fault:
                    Tally.OnBroken(name);
                    break;
                case PeerEnd.Stalled:
                    Tally.OnFailure(name, $"Nothing moved for {Patience.TotalSeconds} s.");
                    break;
                default:
                    Tally.OnFailure(name, failure.Message);
                    await DelayAsync(LookEvery); // a server that is gone is not asked at once
                    break;
            }
        }
        finally
        {
            turn.Peer?.Dispose();
        }
    }

    private static bool IsOfTheNetwork(Exception failure) =>
        failure is SoakFailureException or SocketException or IOException
            or ObjectDisposedException or OperationCanceledException or WebSocketException
            or FormatException or System.Text.Json.JsonException;

    private static SoakActivity Draw(IReadOnlyList<SoakActivity> activities, Random random)
    {
        int drawn = random.Next(activities.Sum(static a => a.Weight));
        foreach (SoakActivity activity in activities)
        {
            drawn -= activity.Weight;
            if (drawn < 0)
                return activity;
        }

        throw new UnreachableException();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (!_ended.IsCancellationRequested)
        {
            Peers.BreakStalled(Patience);
            try
            {
                await timer.WaitForNextTickAsync(_ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
