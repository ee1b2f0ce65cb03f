using Sluice.Sockets.RingSockets;

namespace Sluice.Reactors;

/// <summary>One pool thread at work for a <see cref="TurnQueue"/>.</summary>
internal sealed class TurnWorker
{
    private SocketChannel? _current;
    private SocketChannel? _seen;
    private uint _sequence;
    private uint _seenSequence;

    public void Run(SocketChannel channel)
    {
        _sequence++;
        Volatile.Write(ref _current, channel);
        channel.RunTurn();
        Volatile.Write(ref _current, null);
    }

    /// <summary>
    /// The connection whose turn was running at the last call and still is; null if none.
    /// Called by one thread, under the queue's lock.
    /// </summary>
    public SocketChannel? Stalled()
    {
        SocketChannel? current = Volatile.Read(ref _current);
        uint sequence = Volatile.Read(ref _sequence);
        bool isStalled = current is not null
            && ReferenceEquals(current, _seen)
            && sequence == _seenSequence;
        _seen = current;
        _seenSequence = sequence;
        return isStalled ? current : null;
    }
}
