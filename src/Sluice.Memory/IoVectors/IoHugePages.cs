namespace Sluice.Memory;

/// <summary>Which pages a heap asks for; <see cref="IoSlab.Pages"/> says what it got.</summary>
public enum IoHugePages
{
    /// <summary>From the pool of huge pages, else transparent ones, else usual ones.</summary>
    Auto,

    /// <summary>Transparent huge pages, else usual ones.</summary>
    Transparent,

    /// <summary>Usual pages only: what was never touched is never resident.</summary>
    None,
}
