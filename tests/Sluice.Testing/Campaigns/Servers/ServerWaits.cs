using Sluice.Reactors;
using Sluice.Testing.Simulation;

namespace Sluice.Testing.Campaigns.Servers;

/// <summary>
/// What the handlers of a server wait for besides their peers: some turns, a timer of the reactor,
/// an operation of its ring, a token that is cancelled.
/// </summary>
internal sealed class ServerWaits(ReactorLoop loop, SimulationRandom random)
{
    private const int TurnsMax = 20;
    private const int MillisecondsMax = 50;

    private readonly OperationPool _operations = new();
    private readonly List<(int Turn, TaskCompletionSource Task)> _pauses = [];
    private readonly List<(int Turn, CancellationTokenSource Source)> _cancellations = [];

    /// <summary>Turns that have passed.</summary>
    public int Turn { get; set; }

    /// <summary>Whether turns must pass before all that is waited for has happened.</summary>
    public bool IsPending => _pauses.Count + _cancellations.Count > 0;

    /// <summary>Lets a handler wait for a while.</summary>
    public Task PauseAsync()
    {
        switch (random.Below(4))
        {
            case 0:
                return _operations.Rent(loop).StartDelay(Duration(), default).AsTask();
            case 1:
                var timed = new TaskCompletionSource();
                After(Duration(), timed.SetResult);
                return timed.Task;
            default:
                var pause = new TaskCompletionSource();
                _pauses.Add((Turn + random.Between(1, TurnsMax), pause));
                return pause.Task;
        }
    }

    /// <summary>A token that is cancelled within a few turns.</summary>
    public CancellationToken CancelSoon()
    {
        var source = new CancellationTokenSource();
        _cancellations.Add((Turn + random.Between(0, TurnsMax / 2), source));
        return source.Token;
    }

    /// <summary>A token that is cancelled after a time.</summary>
    public CancellationToken CancelAfter()
    {
        var source = new CancellationTokenSource();
        After(Duration(), source.Cancel);
        return source.Token;
    }

    /// <summary>Does what is due after so many turns.</summary>
    public void RunDue()
    {
        foreach ((int Turn, TaskCompletionSource Task) pause in _pauses.ToArray())
        {
            if (pause.Turn <= Turn && _pauses.Remove(pause))
                pause.Task.SetResult();
        }

        foreach ((int Turn, CancellationTokenSource Source) due in _cancellations.ToArray())
        {
            if (due.Turn > Turn || !_cancellations.Remove(due))
                continue;
            due.Source.Cancel();
            due.Source.Dispose();
        }
    }

    // A timer is the reactor's thread's to add, and a handler may be anywhere.
    private void After(TimeSpan delay, Action action) => loop.Post(new CallbackWork(
        _ => loop.Timers.Add(new ActionTimer(action), delay), null));

    private TimeSpan Duration() => TimeSpan.FromMilliseconds(random.Between(1, MillisecondsMax));

    private sealed class ActionTimer(Action action) : ReactorTimer
    {
        internal override void OnDue() => action();
    }
}
