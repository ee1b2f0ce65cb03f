namespace Sluice.Memory;

/// <summary>
/// Where a thread can be interrupted inside the protocol of references, so that a test can try
/// the orders in which threads take turns there. The shipped implementation does nothing and is
/// compiled to nothing.
/// </summary>
internal interface IInterleaving
{
    /// <summary>Called between two accesses to what threads share.</summary>
    static abstract void Step();
}
