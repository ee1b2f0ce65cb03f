namespace Sluice.Sockets.RingSockets;

/// <summary>Where and when flushed bytes leave.</summary>
internal enum SendPlace
{
    /// <summary>By the reactor, at the end of its turn.</summary>
    Reactor,

    /// <summary>By the pool thread that runs the connection's turn, at the turn's end.</summary>
    EndOfTurn,

    /// <summary>By the calling thread, or in a turn that is asked for: it has none of its own.
    /// </summary>
    Elsewhere,
}
