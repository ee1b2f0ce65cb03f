namespace Sluice.Simulation.Tests.Reactors;

/// <summary>How a client leaves.</summary>
internal enum ClientEnd
{
    /// <summary>Sends all, says that it is done, and receives all.</summary>
    Orderly,

    /// <summary>Resets the connection somewhere on the way.</summary>
    Reset,

    /// <summary>Closes the connection somewhere on the way.</summary>
    Close,
}
