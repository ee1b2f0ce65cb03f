namespace Sluice.Sockets.RingSockets;

/// <summary>User code of a connection that is to be continued.</summary>
[Flags]
internal enum Continuations
{
    None = 0,
    Read = 1,
    Flush = 2,
}
