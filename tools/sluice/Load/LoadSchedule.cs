using System.Diagnostics;

namespace Sluice.Tool.Load;

/// <summary>
/// When which connection begins its next exchange, at a given rate: they take turns, evenly
/// spaced, whatever the server does. So a server that stalls is charged for every exchange that
/// should have begun meanwhile.
/// </summary>
internal sealed class LoadSchedule(int rate, int connections)
{
    private readonly double _ticksBetween = (double)Stopwatch.Frequency / rate;
    private long _startedAt;
    private long _next;

    /// <summary>When the next exchange is due.</summary>
    public long NextDueAt => _startedAt + (long)(_next * _ticksBetween);

    public void Start(long now)
    {
        _startedAt = now;
        _next = 0;
    }

    /// <summary>The connection whose turn is next.</summary>
    public int Take() => (int)(_next++ % connections);

    /// <summary>When the exchange of a connection with that number, from 0, is due.</summary>
    public long DueAt(int connection, long exchange) =>
        _startedAt + (long)(((exchange * connections) + connection) * _ticksBetween);
}
