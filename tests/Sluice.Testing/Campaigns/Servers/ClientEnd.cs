namespace Sluice.Testing.Campaigns.Servers;

/// <summary>How a client leaves.</summary>
internal enum ClientEnd
{
    /// <summary>Sends all, says that it is done, and receives all.</summary>
    Orderly,

    /// <summary>Resets the connection somewhere on the way.</summary>
    Reset,

    /// <summary>Closes the connection somewhere on the way.</summary>
    Close,

    /// <summary>Falls silent somewhere on the way, and waits for the server to end it.</summary>
    Silence,
}
