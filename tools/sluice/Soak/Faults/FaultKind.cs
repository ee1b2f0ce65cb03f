namespace Sluice.Tool.Soak.Faults;

/// <summary>What is done to a server and its connections on purpose.</summary>
internal enum FaultKind
{
    /// <summary>Connections are reset, whatever they are doing.</summary>
    Reset,

    /// <summary>The server's process stands still (SIGSTOP, SIGCONT).</summary>
    Pause,

    /// <summary>Many connect at once.</summary>
    Burst,
}
