using Sluice.Sockets.RingSockets;

namespace Sluice.Reactors;

/// <summary>One pool thread at work for a <see cref="TurnQueue"/>.</summary>
internal sealed class TurnWorker
{
    private ConnectionTurn? _current;
    private ConnectionTurn? _seen;
    private uint _sequence;
    private uint _seenSequence;

    public void Run(ConnectionTurn turn)
    {
        _sequence++;
        Volatile.Write(ref _current, turn);
        turn.Run();
        Volatile.Write(ref _current, null);
    }

    /// <summary>
    /// The connection whose turn was running at the last call and still is; null if none.
    /// Called by one thread, under the queue's lock.
    /// </summary>
    public ConnectionTurn? Stalled()
    {
        ConnectionTurn? current = Volatile.Read(ref _current);
        uint sequence = Volatile.Read(ref _sequence);
        bool isStalled = current is not null
            && ReferenceEquals(current, _seen)
            && sequence == _seenSequence;
        _seen = current;
        _seenSequence = sequence;
        return isStalled ? current : null;
    }
}
