namespace Sluice.Memory;

/// <summary>
/// An <see cref="IoHeap"/> has reached its limit, or the system has no more memory. The members
/// whose names begin with <c>Try</c> return false instead, and <see cref="IoHeap.WaitAsync"/>
/// waits.
/// </summary>
public sealed class IoHeapExhaustedException : InvalidOperationException
{
    /// <summary>An exception with a message of its own.</summary>
    /// <param name="message">What happened.</param>
    public IoHeapExhaustedException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without details.</summary>
    public IoHeapExhaustedException()
    {
    }

    /// <summary>An exception with a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public IoHeapExhaustedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
