namespace Sluice.Memory;

/// <summary>What was wrong about the use of an <see cref="IoVector"/>.</summary>
public enum IoVectorMisuse
{
    /// <summary>
    /// The vector no longer holds a reference: it was released, moved or never allocated.
    /// </summary>
    Stale,

    /// <summary>A thread that does not own the heap used it, or a Local vector.</summary>
    WrongThread,

    /// <summary>The vector belongs to another heap.</summary>
    ForeignHeap,

    /// <summary>The vector is reserved: it must be committed or abandoned first.</summary>
    Reserved,

    /// <summary>The vector is committed or abandoned although it is not reserved.</summary>
    NotReserved,

    /// <summary>The block already has as many references as can be counted.</summary>
    TooManyReferences,

    /// <summary>
    /// A released block was written to: found when it is used again, with poison switched on.
    /// </summary>
    WrittenAfterRelease,
}
