namespace Sluice.Memory;

/// <summary>The operating system, or a check, refused something with shared memory.</summary>
public sealed class SharedMemoryException : IOException
{
    /// <summary>Creates an exception with a general message.</summary>
    public SharedMemoryException()
        : this("The operating system refused shared memory.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What happened.</param>
    public SharedMemoryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SharedMemoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal SharedMemoryException(string what, int errno)
        : base($"{what}: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno)}"
            + $" (errno {errno}).") => NativeErrorCode = errno;

    /// <summary>The system's number of the error; 0 if it was a check that refused.</summary>
    public int NativeErrorCode { get; }
}
