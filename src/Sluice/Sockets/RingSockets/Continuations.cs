namespace Sluice.Sockets.RingSockets;

/// <summary>What a turn of a connection is for.</summary>
[Flags]
internal enum Continuations
{
    None = 0,

    /// <summary>User code that waits for bytes.</summary>
    Read = 1,

    /// <summary>User code that waits for a flush.</summary>
    Flush = 2,

    /// <summary>Bytes that other threads have flushed.</summary>
    Send = 4,
}
