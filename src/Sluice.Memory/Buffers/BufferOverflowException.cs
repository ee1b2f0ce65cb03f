namespace Sluice.Memory;

/// <summary>More was to be written than the buffer has room for. Nothing was written.</summary>
public sealed class BufferOverflowException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public BufferOverflowException()
        : this("The buffer has less room left than was to be written.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public BufferOverflowException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public BufferOverflowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
