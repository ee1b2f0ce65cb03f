namespace Sluice.AspNetCore.Tests.Contract;

/// <summary>What the contract runs over.</summary>
public enum TransportKind
{
    /// <summary>Sluice on io_uring, as it comes.</summary>
    Uring,

    /// <summary>Sluice on io_uring, with user code on the reactor's thread.</summary>
    UringInline,

    /// <summary>Sluice where there is no io_uring.</summary>
    Fallback,

    /// <summary>
    /// Kestrel's own transport, without Sluice: what all others are compared with.
    /// </summary>
    Sockets,
}
