namespace Sluice.Tool.Soak.Load;

/// <summary>Who has broken a connection of the load.</summary>
internal enum PeerEnd
{
    /// <summary>Nobody: what goes wrong on it is the server's.</summary>
    None,

    /// <summary>A planned fault.</summary>
    Fault,

    /// <summary>The load, because nothing moved for too long: the server's, too.</summary>
    Stalled,
}
