namespace Sluice.Sockets.ProxyProtocol;

/// <summary>How far a header has come.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>What is there may become a header.</summary>
    NeedsMore,

    /// <summary>The header is whole.</summary>
    Complete,

    /// <summary>It is none, whatever follows.</summary>
    Malformed,
}
