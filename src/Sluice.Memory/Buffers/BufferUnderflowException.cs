namespace Sluice.Memory;

/// <summary>More was to be read than the buffer has left. Nothing was read.</summary>
public sealed class BufferUnderflowException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public BufferUnderflowException()
        : this("The buffer has fewer bytes left than were to be read.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public BufferUnderflowException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public BufferUnderflowException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
