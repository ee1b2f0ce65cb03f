namespace Sluice.Testing.Campaigns.Servers;

/// <summary>What the program does with a connection.</summary>
internal enum HandlerKind
{
    /// <summary>Returns what it gets, until the end.</summary>
    Echo,

    /// <summary>Answers requests, of which many may be on their way at once.</summary>
    Requests,

    /// <summary>Writes a stream of its own, then reads until the end.</summary>
    Flood,

    /// <summary>Echoes for a while, then closes.</summary>
    Closer,

    /// <summary>Echoes for a while, then aborts.</summary>
    Aborter,

    /// <summary>Echoes for a while, then throws away the reading side.</summary>
    Deaf,

    /// <summary>Returns what it gets, and closes if it has to wait for too long.</summary>
    Impatient,
}
