using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sluice.Tool.Serving.PriorKnowledge;

/// <summary>
/// A wait for the first bytes of a connection, ended by Kestrel's heartbeat: once in a second for
/// all connections. Timers and tokens of their own would be most of what a silent one costs.
/// </summary>
internal sealed class FirstBytesWait(ConnectionContext connection, long deadline)
{
    private const int Waiting = 0;
    private const int Over = 1;
    private const int GivenUp = 2;

    private int _state;

    /// <summary>Begins a wait.</summary>
    /// <param name="connection">Whose pending read is cancelled when the wait is given up: after
    /// that time, or once the server stops.</param>
    /// <param name="patience">How long the client may be silent.</param>
    public static FirstBytesWait Begin(ConnectionContext connection, TimeSpan patience)
    {
        var wait = new FirstBytesWait(
            connection, Environment.TickCount64 + (long)patience.TotalMilliseconds);
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(
            static state => ((FirstBytesWait)state).OnHeartbeat(), wait);
        return wait;
    }

    /// <summary>Ends the wait: from now on no read is cancelled.</summary>
    /// <returns>False if it was given up before.</returns>
    public bool TryEnd() => TryLeave(Over);

    private void OnHeartbeat()
    {
        if (Volatile.Read(ref _state) == Waiting && IsTooLong() && TryLeave(GivenUp))
            connection.Transport.Input.CancelPendingRead();
    }

    private bool IsTooLong() =>
        Environment.TickCount64 >= deadline
        || connection.Features.Get<IConnectionLifetimeNotificationFeature>()
            is { ConnectionClosedRequested.IsCancellationRequested: true };

    private bool TryLeave(int state) =>
        Interlocked.CompareExchange(ref _state, state, Waiting) == Waiting;
}
