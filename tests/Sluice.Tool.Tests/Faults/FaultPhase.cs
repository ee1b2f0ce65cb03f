namespace Sluice.Tool.Tests.Faults;

/// <summary>What a server is doing when the fault begins.</summary>
internal enum FaultPhase
{
    /// <summary>It starts.</summary>
    Start,

    /// <summary>It has a connection on which nothing happens.</summary>
    Idle,

    /// <summary>It has half of a body and waits for the rest.</summary>
    Request,

    /// <summary>Connections exchange one body after the other.</summary>
    Load,

    /// <summary>It is told to stop while it is in a request.</summary>
    Stop,
}
