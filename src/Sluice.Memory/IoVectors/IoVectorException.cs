namespace Sluice.Memory;

/// <summary>
/// An <see cref="IoVector"/> was used in a way that would have touched memory of somebody else.
/// Nothing was changed by the call that throws it.
/// </summary>
/// <remarks>
/// The message names the block and both generations. With <see cref="IoVectorTrace"/> it has the
/// stacks of the allocation and of the release, too.
/// </remarks>
public sealed class IoVectorException : InvalidOperationException
{
    /// <summary>An exception with a message of its own.</summary>
    /// <param name="message">What happened.</param>
    public IoVectorException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without details.</summary>
    public IoVectorException()
    {
    }

    /// <summary>An exception with a cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public IoVectorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal IoVectorException(
        IoVectorMisuse misuse, nint block, long generation, string message)
        : base(message)
    {
        Misuse = misuse;
        Block = block;
        Generation = generation;
    }

    /// <summary>What was wrong.</summary>
    public IoVectorMisuse Misuse { get; }

    /// <summary>The block's identity: an address that no other block of the process has.</summary>
    public nint Block { get; }

    /// <summary>The generation that the vector holds; 0 if it was released or never set.</summary>
    public long Generation { get; }
}
