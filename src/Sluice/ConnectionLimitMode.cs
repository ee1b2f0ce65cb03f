namespace Sluice;

/// <summary>
/// What happens to new connections at <see cref="SluiceOptions.ConnectionsMax"/>.
/// </summary>
public enum ConnectionLimitMode
{
    /// <summary>They wait in the kernel's backlog until others have ended.</summary>
    Wait,

    /// <summary>They are accepted and closed at once.</summary>
    Refuse,
}
