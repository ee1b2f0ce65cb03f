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

    /// <summary>Native bytes that were freed.</summary>
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
