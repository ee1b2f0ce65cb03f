namespace Sluice.Memory;

/// <summary>Who may use the references to a block.</summary>
public enum IoVectorSharing
{
    /// <summary>
    /// The thread that owns the heap, and no other. References are counted without atomics.
    /// </summary>
    Local,

    /// <summary>
    /// Any thread. Counting is atomic from the second reference on; a block with one reference
    /// costs no atomic operation on the owner's thread.
    /// </summary>
    Shared,
}
