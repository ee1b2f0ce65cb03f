namespace Sluice.Memory;

/// <summary>A way to get native memory, and to give it back.</summary>
internal abstract class NativeSource
{
    /// <summary>Gives memory back. It may run on the finalizer's thread.</summary>
    /// <param name="memory">What the source gave.</param>
    public abstract void Free(in NativeAllocation memory);
}
