namespace Sluice.Memory;

/// <summary>Memory that nobody disposed.</summary>
public sealed class BufferLeakEventArgs : EventArgs
{
    internal BufferLeakEventArgs(nuint size, string? allocationStack, Exception? releaseError)
    {
        Size = size;
        AllocationStack = allocationStack;
        ReleaseError = releaseError;
    }

    /// <summary>
    /// Bytes that were freed: native memory, or an array that a pool had given out.
    /// </summary>
    public nuint Size { get; }

    /// <summary>
    /// Where the memory was allocated; null unless <see cref="BufferTrace"/> is on.
    /// </summary>
    public string? AllocationStack { get; }

    /// <summary>
    /// What the release of wrapped memory threw when it was called for the leak; null otherwise.
    /// </summary>
    public Exception? ReleaseError { get; }
}
